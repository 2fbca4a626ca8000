"""Answers above, below and between what they quote, in many languages and ways, and signatures."""

from __future__ import annotations

from tests.mails import Case, mail

ATTRIBUTIONS = {
    "English of Gmail": "On Mon, May 3, 2027 at 10:00 AM Bob <bob@example.org> wrote:",
    "English of Apple": "On 3 May 2027, at 10:00, Bob <bob@example.org> wrote:",
    "English of Thunderbird": "On 5/3/27 10:00, Bob wrote:",
    "English, without a date": "Bob <bob@example.org> wrote:",
    "English of mutt": "On Mon, May 03, 2027 at 10:00:00AM +0200, Bob wrote:",
    "English of Gnus": "Bob <bob@example.org> writes:",
    "English, quoting a list": "Quoting Bob <bob@example.org>:",
    "German of Gmail": "Am Mo., 3. Mai 2027 um 10:00 Uhr schrieb Bob <bob@example.org>:",
    "German of Thunderbird": "Am 03.05.27 um 10:00 schrieb Bob:",
    "German of Apple": "Am 03.05.2027 um 10:00 schrieb Bob <bob@example.org>:",
    "German of GMX": "Gesendet: Montag, 3. Mai 2027 um 10:00 Uhr\n"
    "Von: Bob <bob@example.org>\nAn: ada@example.org\nBetreff: Lampe",
    "French of Gmail": "Le lun. 3 mai 2027 à 10:00, Bob <bob@example.org> a écrit :",
    "French of Thunderbird": "Le 03/05/2027 à 10:00, Bob a écrit\xa0:",
    "French of Apple": "Le 3 mai 2027 à 10:00, Bob <bob@example.org> a écrit :",
    "Spanish": "El lun, 3 may 2027 a las 10:00, Bob (<bob@example.org>) escribió:",
    "Spanish of Apple": "El 3 may 2027, a las 10:00, Bob <bob@example.org> escribió:",
    "Italian": "Il giorno lun 3 mag 2027 alle ore 10:00 Bob <bob@example.org> ha scritto:",
    "Italian of Thunderbird": "Il 03/05/2027 10:00, Bob ha scritto:",
    "Dutch": "Op ma 3 mei 2027 om 10:00 schreef Bob <bob@example.org>:",
    "Portuguese": "Em seg., 3 de mai. de 2027 às 10:00, Bob <bob@example.org> escreveu:",
    "Swedish": "Den mån 3 maj 2027 kl 10:00 skrev Bob <bob@example.org>:",
    "Danish": "Den man. 3. maj 2027 kl. 10.00 skrev Bob <bob@example.org>:",
    "Norwegian": "man. 3. mai 2027 kl. 10:00 skrev Bob <bob@example.org>:",
    "Finnish": "ma 3. toukok. 2027 klo 10.00 Bob (bob@example.org) kirjoitti:",
    "Polish": "pon., 3 maj 2027 o 10:00 Bob <bob@example.org> napisał(a):",
    "Polish of Thunderbird": "W dniu 3.05.2027 o 10:00, Bob pisze:",
    "Czech": "po 3. 5. 2027 v 10:00 odesílatel Bob <bob@example.org> napsal:",
    "Slovak": "po 3. 5. 2027 o 10:00 Bob <bob@example.org> napísal(a):",
    "Hungarian": "Bob <bob@example.org> ezt írta (időpont: 2027. máj. 3., H, 10:00):",
    "Romanian": "În lun., 3 mai 2027 la 10:00, Bob <bob@example.org> a scris:",
    "Russian": "пн, 3 мая 2027 г. в 10:00, Bob <bob@example.org>:",
    "Russian of Thunderbird": "03.05.2027 10:00, Bob пишет:",
    "Ukrainian": "пн, 3 трав. 2027 р. о 10:00 Bob <bob@example.org> пише:",
    "Greek": "Στις Δευ 3 Μαΐ 2027 στις 10:00, ο χρήστης Bob <bob@example.org> έγραψε:",
    "Turkish": "Bob <bob@example.org>, 3 May 2027 Pzt, 10:00 tarihinde şunu yazdı:",
    "Hebrew": "‫בתאריך יום ב׳, 3 במאי 2027 ב-10:00 מאת ‪Bob‬‏ <‪bob@example.org‬‏>:‬",
    "Arabic": "في الاثنين، 3 مايو 2027 في 10:00 ص، كتب Bob <bob@example.org>:",
    "Chinese of Gmail": "Bob <bob@example.org> 于2027年5月3日周一 10:00写道：",
    "Chinese of a phone": "在 2027年5月3日，10:00，Bob <bob@example.org> 写道：",
    "Chinese of Taiwan": "Bob <bob@example.org> 於 2027年5月3日 週一 上午10:00寫道：",
    "Japanese": "2027年5月3日(月) 10:00 Bob <bob@example.org>:",
    "Japanese of Apple": "2027/05/03 10:00、Bob <bob@example.org>のメール:",
    "Korean": "2027년 5월 3일 (월) 오전 10:00, Bob <bob@example.org>님이 작성:",
    "Vietnamese": "Vào Th 2, 3 thg 5, 2027 vào lúc 10:00 Bob <bob@example.org> đã viết:",
    "Indonesian": "Pada tanggal Sen, 3 Mei 2027 pukul 10.00 Bob <bob@example.org> menulis:",
    "Catalan": "Missatge de Bob <bob@example.org> del dia dl., 3 de maig 2027 a les 10:00:",
    "Croatian": "pon, 3. svi 2027. u 10:00 Bob <bob@example.org> napisao je:",
    "Slovenian": "V V pon., 3. maj 2027 ob 10:00 je oseba Bob <bob@example.org> napisala:",
    "Lithuanian": "2027-05-03, pr, 10:00 Bob <bob@example.org> rašė:",
    "Estonian": "Kuupäev E, 3. mai 2027 kell 10:00 kirjutas Bob <bob@example.org>:",
}
QUOTE = "> Is it on?\n>\n> Since when?"


def _text(name: str, text: str, own: str, headers: str = "", **more: object) -> Case:
    head = f"Content-Type: text/plain; charset=utf-8\n{headers}"
    return Case(name, mail(head, text.encode()), {"own text": own, **more})


ABOVE = [
    _text(f"answer above, {name}", f"It works.\n\n{line}\n\n{QUOTE}\n", "It works.")
    for name, line in ATTRIBUTIONS.items()
]
WRAPPED = [
    _text(f"answer above, wrapped, {name}", f"It works.\n\n{line.replace(' <', chr(10) + '<')}\n{QUOTE}", "It works.")
    for name, line in ATTRIBUTIONS.items()
    if " <" in line
]

# Below what they answer, and point by point.
BELOW = [
    _text(f"answer below, {name}", f"{line}\n{QUOTE}\n\nIt works.\n", "It works.")
    for name, line in ATTRIBUTIONS.items()
    if name != "German of GMX"  # which no marks follow
]
BETWEEN = [
    _text(f"answers between, {name}", f"{line}\n> Is it on?\n\nYes.\n\n> Since when?\n\nMonday.\n", "Yes.\n\n\nMonday.")
    for name, line in ATTRIBUTIONS.items()
    if name != "German of GMX"
]

GMAIL = ATTRIBUTIONS["English of Gmail"]
PLACES = [
    _text(
        "answers between and above",
        f"See below.\n\n{GMAIL}\n> Is it on?\nYes.\n> Warm?\nNo.",
        "See below.\n\nYes.\nNo.",
    ),
    _text("no answer, only a quote", f"{GMAIL}\n{QUOTE}", f"{GMAIL}\n{QUOTE}"),
    _text(
        "Yahoo's phone in English",
        "Yes.\n\nSent from Yahoo Mail on Android \n \n  On Mon, May 3, 2027 at 10:00, "
        "Bob<bob@example.org> wrote:   Is it on?\nOr?",
        "Yes.",
    ),
    _text(
        "Yahoo's phone in French",
        "Oui.\n\nEnvoyé à partir de Yahoo Mail pour Android \n \n  Le lun., mai 3, 2027 à 10:00, "
        "Bob<bob@example.org> a écrit :   On?",
        "Oui.",
    ),
    _text(
        "Yahoo's phone in German",
        "Ja.\n\nVon Yahoo Mail auf Android gesendet \n \n  Am Mo., Mai 3, 2027 at 10:00 schrieb "
        "Bob<bob@example.org>:   An?",
        "Ja.",
    ),
    _text("no marks, wrapped", f"Yes.\n\n{GMAIL.replace(' <', chr(10) + '<')}\n\nIs it on?", "Yes."),
    _text("no marks, in Chinese", f"Yes.\n\n{ATTRIBUTIONS['Chinese of Gmail']}\n\nIs it on?", "Yes."),
    _text("no marks, in German", f"Yes.\n\n{ATTRIBUTIONS['German of Gmail']}\n\nIs it on?", "Yes."),
    _text("quotes in quotes", f"Yes.\n\n{GMAIL}\n> On Sunday Cleo wrote:\n>> Is it on?\n> I do not know.", "Yes."),
    _text("a quote without blanks", f"Yes.\n{GMAIL}\n>Is it on?\n>Since when?", "Yes."),
    _text(
        "initials before the marks",
        "Yes.\n\nBob wrote:\nBo> Is it on?\nBo> Since when?",
        "Yes.\n\nBob wrote:\nBo> Is it on?\nBo> Since when?",
    ),
    _text(
        "Outlook's block",
        "Yes.\n\n________________________________\nFrom: Bob <bob@example.org>\nSent: Monday, May 3, 2027 10:00 AM\n"
        "To: Ada\nSubject: Lamp\n\nIs it on?",
        "Yes.",
    ),
    _text(
        "Outlook's block in German",
        "Ja.\n\nVon: Bob <bob@example.org>\nGesendet: Montag, 3. Mai 2027 10:00\nAn: Ada\nBetreff: Lampe\n\nAn?",
        "Ja.",
    ),
    _text(
        "Outlook's block in French",
        "Oui.\n\nDe : Bob <bob@example.org>\nEnvoyé : lundi 3 mai 2027 10:00\nÀ : Ada\nObjet : Lampe\n\nOn?",
        "Oui.",
    ),
    _text(
        "Outlook's block in Spanish",
        "Sí.\n\nDe: Bob <bob@example.org>\nEnviado: lunes, 3 de mayo\nPara: Ada\nAsunto: Lamp\n\nOn?",
        "Sí.",
    ),
    _text(
        "Outlook's block in Italian",
        "Sì.\n\nDa: Bob <bob@example.org>\nInviato: lunedì 3 maggio\nA: Ada\nOggetto: Lamp\n\nOn?",
        "Sì.",
    ),
    _text(
        "Outlook's block in Dutch",
        "Ja.\n\nVan: Bob <bob@example.org>\nVerzonden: maandag 3 mei\nAan: Ada\nOnderwerp: Lamp\n\nOn?",
        "Ja.",
    ),
    _text(
        "Outlook's block in Polish",
        "Tak.\n\nOd: Bob <bob@example.org>\nWysłano: 3 maja\nDo: Ada\nTemat: Lamp\n\nOn?",
        "Tak.",
    ),
    _text(
        "Outlook's block in Swedish",
        "Ja.\n\nFrån: Bob <bob@example.org>\nSkickat: 3 maj\nTill: Ada\nÄmne: Lamp\n\nOn?",
        "Ja.",
    ),
    _text(
        "Outlook's block in Russian",
        "Да.\n\nОт: Bob <bob@example.org>\nОтправлено: 3 мая\nКому: Ada\nТема: Lamp\n\nOn?",
        "Да.",
    ),
    _text(
        "Outlook's block in Chinese",
        "好。\n\n发件人: Bob <bob@example.org>\n发送时间: 2027年5月3日\n收件人: Ada\n主题: Lamp\n\nOn?",
        "好。",
    ),
    _text(
        "Outlook's block in Japanese",
        "はい。\n\n差出人: Bob <bob@example.org>\n送信日時: 2027年5月3日\n宛先: Ada\n件名: Lamp\n\nOn?",
        "はい。",
    ),
    _text(
        "Outlook's block in bold",
        "Yes.\n\n*From:* Bob <bob@example.org>\n*Sent:* Monday\n*To:* Ada\n*Subject:* Lamp\n\nOn?",
        "Yes.",
    ),
    _text(
        "Outlook's block on a phone",
        "Yes.\n\nGet Outlook for Android<https://aka.ms/x>\n\n________________________________\nFrom: Bob\n"
        "Sent: Monday\nTo: Ada\nSubject: Lamp\n\nOn?",
        "Yes.",
    ),
    _text(
        "the original message",
        "Yes.\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nOn?",
        "Yes.",
    ),
    _text(
        "the original message in German", "Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Bob\nAn: Ada\n\nOn?", "Ja."
    ),
    _text("the original message in French", "Oui.\n\n-----Message d'origine-----\nDe : Bob\nÀ : Ada\n\nOn?", "Oui."),
    _text(
        "the original message in Chinese",
        '好。\n\n------------------ 原始邮件 ------------------\n发件人: "Bob"<bob@example.org>;\n\nOn?',
        "好。",
    ),
    _text(
        "Yahoo without marks",
        "Yes.\n\nOn Monday, 3 May 2027 at 10:00:00 GMT+2, Bob <bob@example.org> wrote:  \n \n Is it on?",
        "Yes.",
    ),
    _text(
        "Lotus",
        "Yes.\n\nFrom:   Bob/Acme\nTo:     Ada/Acme@Acme\nDate:   03.05.2027 10:00\nSubject:        "
        "Lamp\n\n\n\nIs it on?",
        "Yes.",
    ),
    _text(
        "a phone's signature",
        "Yes.\n\nSent from my iPhone\n\n> On 3 May 2027, at 10:00, Bob <bob@example.org> wrote:\n> \n> Is it on?",
        "Yes.",
    ),
    _text("a phone's signature in German", "Ja.\n\nVon meinem Samsung Galaxy Smartphone gesendet.", "Ja."),
    _text("a phone's signature in French", "Oui.\n\nEnvoyé de mon iPhone", "Oui."),
    _text("a phone's signature in Chinese", "好。\n\n发自我的 iPhone", "好。"),
    _text("a signature", "Yes.\n\n-- \nAda Lovelace\nAnalytical Engines", "Yes."),
    _text("a signature without its blank", "Yes.\n--\nAda", "Yes."),
    _text("a signature of underscores is text", "Yes.\n__\nAda", "Yes.\n__\nAda"),
    _text(
        "a list's footer",
        "Yes.\n\n_______________________________________________\nTeam mailing list\nhttps://lists.example/team",
        "Yes.\n\n_______________________________________________\nTeam mailing list\nhttps://lists.example/team",
    ),
    _text("dashes in a text are no signature", "Options:\n-- one\n-- two", "Options:\n-- one\n-- two"),
    _text(
        "wrote in a text", "Bob wrote: it is on.\nI do not believe him.", "Bob wrote: it is on.\nI do not believe him."
    ),
    _text("headers in a text", "From: Linz\nTo: Graz\nby train", "From: Linz\nTo: Graz\nby train"),
    _text("a shell's prompt in a text", "It says\n> ls\nand nothing else", "It says\nand nothing else"),
    _text("From quoted by a mailbox", "Hello,\n>From here it works.", "Hello,\n>From here it works."),
]

CASES = ABOVE + WRAPPED + BELOW + BETWEEN + PLACES
