"""Mails that forward others, in the ways and languages of mail programs, and mails that only say thank you."""

from __future__ import annotations

from connector.mail.message import Address
from tests.mails import TEXT, Case, mail, multipart, part
from tests.mails.answers import GMAIL, QUOTE

CLEO = Address("Cleo", "cleo@acme.example")


def _forward(name: str, text: str, sender: Address | None = CLEO, subject: str = "Fwd: Lamp") -> Case:
    raw = mail(f"Subject: {subject}\nContent-Type: text/plain; charset=utf-8", text.encode())
    return Case(f"forward: {name}", raw, {"forwarded": sender, "text has": text.split("\n")[0]})


def _page(html: str) -> bytes:
    return mail("Subject: Fwd: Lamp\nContent-Type: text/html; charset=utf-8", html.encode())


_ATTACHED = part("Content-Type: message/rfc822", b"From: Cleo <cleo@acme.example>\r\nSubject: Lamp\r\n\r\nIt is off.")

FORWARDS = [
    _forward(
        "Gmail",
        "FYI\n\n---------- Forwarded message ---------\nFrom: Cleo <cleo@acme.example>\nDate: Mon, May 3, "
        "2027\nSubject: Lamp\nTo: <ada@example.org>\n\n\nIt is off.",
    ),
    _forward(
        "Gmail, bold",
        "FYI\n\n---------- Forwarded message ---------\nFrom: *Cleo* <cleo@acme.example>\nDate: Mon\n\nOff.",
    ),
    _forward(
        "Gmail in German",
        "FYI\n\n---------- Forwarded message ---------\nVon: Cleo <cleo@acme.example>\nDate: Mo., 3. Mai\n\nAus.",
    ),
    _forward(
        "Apple",
        "FYI\n\nBegin forwarded message:\n\n> From: Cleo <cleo@acme.example>\n> Subject: Lamp\n> Date: 3 "
        "May 2027\n> To: ada@example.org\n> \n> It is off.",
    ),
    _forward(
        "Apple without marks", "Begin forwarded message:\n\nFrom: Cleo <cleo@acme.example>\nSubject: Lamp\n\nOff."
    ),
    _forward(
        "Apple in German",
        "Anfang der weitergeleiteten Nachricht:\n\n> Von: Cleo <cleo@acme.example>\n> Betreff: Lampe\n> \n> Aus.",
    ),
    _forward(
        "Apple in French", "Début du message réexpédié :\n\n> De: Cleo <cleo@acme.example>\n> Objet: Lampe\n> \n> Off."
    ),
    _forward(
        "Apple in Spanish",
        "Inicio del mensaje reenviado:\n\n> De: Cleo <cleo@acme.example>\n> Asunto: Lamp\n> \n> Off.",
    ),
    _forward(
        "Apple in Italian", "Inizio messaggio inoltrato:\n\n> Da: Cleo <cleo@acme.example>\n> Oggetto: Lamp\n> \n> Off."
    ),
    _forward(
        "Apple in Dutch",
        "Begin doorgestuurd bericht:\n\n> Van: Cleo <cleo@acme.example>\n> Onderwerp: Lamp\n> \n> Off.",
    ),
    _forward(
        "Thunderbird",
        "-------- Forwarded Message --------\nSubject: Lamp\nDate: Mon, 3 May 2027 10:00:00 +0200\nFrom: "
        "Cleo <cleo@acme.example>\nTo: ada@example.org\n\nOff.",
    ),
    _forward(
        "Thunderbird in German",
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tLampe\nDatum: \tMon, 3 May 2027\nVon: "
        "\tCleo <cleo@acme.example>\nAn: \tada@example.org\n\nAus.",
    ),
    _forward(
        "Thunderbird in French",
        "-------- Message transféré --------\nSujet : Lampe\nDate : Mon, 3 May 2027\nDe : Cleo "
        "<cleo@acme.example>\nPour : ada@example.org\n\nOff.",
    ),
    _forward(
        "Thunderbird in Spanish",
        "-------- Mensaje reenviado --------\nAsunto: Lamp\nFecha: Mon\nDe: Cleo "
        "<cleo@acme.example>\nPara: ada@example.org\n\nOff.",
    ),
    _forward(
        "Thunderbird in Italian",
        "-------- Messaggio Inoltrato --------\nOggetto: Lamp\nData: Mon\nMittente: Cleo "
        "<cleo@acme.example>\nA: ada@example.org\n\nOff.",
    ),
    _forward(
        "Thunderbird in Dutch",
        "-------- Doorgestuurd bericht --------\nOnderwerp: Lamp\nDatum: Mon\nVan: Cleo "
        "<cleo@acme.example>\nAan: ada@example.org\n\nOff.",
    ),
    _forward(
        "Outlook",
        "Please see below.\n\nFrom: Cleo <cleo@acme.example>\nSent: Monday, May 3, 2027 10:00 AM\nTo: "
        "Ada\nSubject: Lamp\n\nOff.",
        subject="FW: Lamp",
    ),
    _forward(
        "Outlook in German",
        "Bitte.\n\nVon: Cleo <cleo@acme.example>\nGesendet: Montag\nAn: Ada\nBetreff: Lampe\n\nAus.",
        subject="WG: Lampe",
    ),
    _forward(
        "Outlook in French",
        "Voilà.\n\nDe : Cleo <cleo@acme.example>\nEnvoyé : lundi\nÀ : Ada\nObjet : Lampe\n\nOff.",
        subject="TR: Lampe",
    ),
    _forward(
        "Outlook in Spanish",
        "Mira.\n\nDe: Cleo <cleo@acme.example>\nEnviado: lunes\nPara: Ada\nAsunto: Lamp\n\nOff.",
        subject="RV: Lamp",
    ),
    _forward(
        "Outlook in Dutch",
        "Zie.\n\nVan: Cleo <cleo@acme.example>\nVerzonden: maandag\nAan: Ada\nOnderwerp: Lamp\n\nOff.",
        subject="FW: Lamp",
    ),
    _forward(
        "Outlook in Italian",
        "Vedi.\n\nDa: Cleo <cleo@acme.example>\nInviato: lunedì\nA: Ada\nOggetto: Lamp\n\nOff.",
        subject="I: Lamp",
    ),
    _forward(
        "Outlook of long ago",
        "See.\n\n-----Original Message-----\nFrom: Cleo [mailto:cleo@acme.example]\nSent: Monday\nTo: "
        "Ada\nSubject: Lamp\n\nOff.",
        subject="FW: Lamp",
    ),
    _forward(
        "Outlook with our number",
        "See.\n\nFrom: Cleo <cleo@acme.example>\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nOff.",
        subject="[0500-1000] FW: Lamp",
    ),
    _forward(
        "the outer of two",
        "See.\n\nFrom: Cleo <cleo@acme.example>\nSent: Monday\nTo: Ada\nSubject: FW: "
        "Lamp\n\nSee.\n\nFrom: Dan <dan@x.example>\nSent: Sunday\nTo: Cleo\nSubject: Lamp\n\nOff.",
        subject="FW: FW: Lamp",
    ),
    _forward(
        "Outlook without an address",
        "See.\n\nFrom: Cleo\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nOff.",
        None,
        "FW: Lamp",
    ),
    _forward(
        "an answer with Outlook's block is none",
        "Yes.\n\nFrom: Cleo <cleo@acme.example>\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nOff.",
        None,
        "RE: Lamp",
    ),
    _forward(
        "an answer to a forward is none",
        "Yes.\n\n---------- Forwarded message ---------\nFrom: Cleo <cleo@acme.example>\n\nOff.",
        None,
        "Re: Fwd: Lamp",
    ),
    _forward(
        "a word about forwarding is none", "I saw a forwarded message from Cleo <cleo@acme.example>.", None, "Lamp"
    ),
    _forward("nothing below the mark", "FYI\n\n---------- Forwarded message ---------\n", None),
    Case(
        "forward: Gmail in HTML",
        _page(
            '<div dir="ltr">FYI<br><br><div class="gmail_quote"><div dir="ltr" '
            'class="gmail_attr">---------- Forwarded '
            "message ---------<br>From: <strong>Cleo</strong> <span>&lt;<a href='mailto:cleo@acme.example'>"
            "cleo@acme.example</a>&gt;</span><br>Date: Mon, 3 May 2027<br>Subject: Lamp<br>To: "
            "&lt;ada@example.org&gt;"
            "<br></div><br>It is off.</div></div>"
        ),
        {"forwarded": CLEO},
    ),
    Case(
        "forward: Outlook in HTML",
        _page(
            "<p class=MsoNormal>FYI<o:p></o:p></p><div style='border-top:solid'><p class=MsoNormal><b>From:</b> Cleo "
            "&lt;cleo@acme.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> "
            "Lamp<o:p></o:p></p>"
            "</div><p class=MsoNormal>It is off.</p>"
        ),
        {"forwarded": CLEO},
    ),
    Case(
        "forward: Apple in HTML",
        _page(
            '<div>FYI<br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Cleo &lt;'
            "<a href='mailto:cleo@acme.example'>cleo@acme.example</a>&gt;<br></div><div><b>Subject: "
            "</b><b>Lamp</b></div>"
            "<br><div>It is off.</div></blockquote></div>"
        ),
        {"forwarded": CLEO},
    ),
    Case("forward: attached", multipart(TEXT, _ATTACHED), {"forwarded": CLEO, "files": ("Lamp.eml",), "text": "Hello"}),
    Case(
        "forward: attached under a name",
        multipart(TEXT, _ATTACHED.replace(b"rfc822", b"rfc822; name=m.eml")),
        {"forwarded": CLEO},
    ),
    Case(
        "forward: attached in base64",
        multipart(
            TEXT,
            part(
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
                b"RnJvbTogQ2xlbyA8Y2xlb0BhY21lLmV4YW1wbGU+DQpTdWJqZWN0OiBMYW1wDQoNCk9mZi4=",
            ),
        ),
        {"forwarded": CLEO, "files": ("Lamp.eml",)},
    ),
    Case(
        "forward: attached without a sender",
        multipart(TEXT, part("Content-Type: message/rfc822", b"Subject: x\r\n\r\nHi")),
        {"forwarded": None},
    ),
]


def _thanks(text: str, is_thanks: bool = True) -> Case:
    raw = mail("Subject: Re: [0500-1000] Lamp\nContent-Type: text/plain; charset=utf-8", text.encode())
    return Case(f"thanks: {text[:40]!r} {is_thanks}", raw, {"thanks_only": is_thanks})


THANKS = [
    *(
        _thanks(text)
        for text in (
            "Thanks!",
            "Thank you.",
            "thx",
            "Thanks a lot, Bob!",
            "Many thanks for your help!",
            "Great, thank you very much.",
            "Hi Bob,\n\nthank you for the quick answer.\n\nBest regards\nAda",
            "Perfect, works now. Thanks!",
            "Thanks :-)",
            "Danke!",
            "Vielen Dank!",
            "Herzlichen Dank für die schnelle Hilfe!\n\nMit freundlichen Grüßen\nAda Lovelace",
            "Dankeschön",
            "Merci !",
            "Merci beaucoup pour votre aide.\n\nCordialement",
            "¡Muchas gracias!",
            "Grazie mille",
            "Obrigada!",
            "Hartelijk dank voor je hulp",
            "Bedankt!",
            "Tack så mycket!",
            "Tusen takk!",
            "Mange tak",
            "Kiitos!",
            "Dziękuję bardzo!",
            "Děkuji",
            "Спасибо большое!",
            "Дякую!",
            "Teşekkürler",
            "Ευχαριστώ πολύ",
            "谢谢！",
            "非常感谢",
            "ありがとうございます。",
            "감사합니다!",
            "תודה רבה",
            "شكرا",
            "Cảm ơn",
            "Köszönöm szépen!",
            "Mulțumesc!",
            f"Thanks!\n\n{GMAIL}\n{QUOTE}",
            "Thanks!\n-- \nAda Lovelace\nTel. 0123 4567",
            "Thank you!\n\nSent from my iPhone",
        )
    ),
    *(
        _thanks(text, False)
        for text in (
            "",
            "ok",
            "Hello",
            "Thanks, but it is still broken.",
            "Thanks. When will it be done?",
            "Thank you, please call 0123 4567.",
            "Thanks for nothing, it fails again",
            "Danke, aber der Drucker brennt wieder.",
            "Danke, geht nicht",
            "No thanks",
            "Thanks in advance for repairing the lamp in room 7",
            "Merci de me rappeler",
            "Gracias, pero no funciona",
            "Thank you\n\nThe second lamp is off as well.",
            "I wanted to thank you, and to ask for a new lamp.",
            f"Is it on? Thanks.\n\n{GMAIL}\n{QUOTE}",
            f"On.\n\n{GMAIL}\n> Thanks!",
            "谢谢，还是不行",
        )
    ),
    Case(
        "thanks: with a file",
        multipart(part("Content-Type: text/plain", b"Thanks!"), part("Content-Type: application/pdf; name=a.pdf")),
        {"thanks_only": False},
    ),
]

CASES = FORWARDS + THANKS
