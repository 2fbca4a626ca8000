"""Telling a mail that only says thank you from one that says more, in the languages that customers write."""

from __future__ import annotations

import re

from services.patterns import late

_MAX_HEAD = 600
_MAX_WORDS = 30
_MAX_LINES = 8
_LONGEST_LINE = 200
_NAME_WORDS = 4
_THANKED_WORDS = 2

# One word, or the beginning of one, of thanks: without it nothing else is looked at.
_THANKS = late(
    r"thank|thx|\btnx\b|\bty\b|cheers|much appreciated|\bdank|bedankt|"
    r"merci|gracias|grazie|obrigad|agrade[cç]|\btack|\btak\b|"
    r"\btakk|kiito|dzięk|děkuj|děkuju|\bdíky|ďakuj|спасибо|благодар|дякую|teşekkür|sağ ?ol|köszön|mulțumesc|multumesc|"
    r"ευχαριστ|hvala|aitäh|tänan|paldies|ačiū|takk fyrir|شكر|תודה|cảm ơn|terima kasih|ขอบคุณ|谢|謝|ありがとう|"
    r"感謝|감사|고마",
    re.IGNORECASE,
)
# What may stand beside the thanks without making the mail a question, a report or a wish.
_BESIDE_WORDS = """
thanks thank you so very much many a lot lots ton tons million again for your the all this that it is was and help
support reply answer response assistance fast quick prompt great good perfect excellent super wonderful awesome cool
ok okay fine nice brilliant lovely appreciated appreciate everything works worked working now solved fixed resolved
done sorted cheers thx tnx ty got received we i of my our from me us team guys everyone folks danke dank vielen
vielmals besten herzlichen schön schoen sehr für fuer die der das den ihre deine eure hilfe unterstützung schnelle
rasche antwort bearbeitung lösung alles klar funktioniert jetzt geht wieder es nun dankeschön ich wir bedanken
bedanke mich uns prima toll erledigt gelöst perfekt ihnen dir euch und merci beaucoup bien bcp mille pour votre ta
vos aide réponse rapide rapidité tout fonctionne ça marche c'est parfait très encore à vous toute toutes tous
l'équipe équipe je nous remercie et gracias muchas muchísimas mil por su tu ayuda respuesta rápida todo funciona ya
perfecto la el de nuevo agradezco agradecemos y grazie tante molte per il tuo suo vostro l'aiuto aiuto risposta
tutto funziona ora perfetto di infinite ancora e obrigado obrigada muito pela pelo ajuda resposta tudo agora
agradeço bedankt dankjewel dankuwel u wel hartelijk voor het uw jouw hulp snelle reactie antwoord werkt nu weer en
veel tack så mycket för hjälpen hjälp svaret snabba det fungerar allt tusen tak mange tusind hjælpen hjælp svar
hurtige virker takk hjelpen raske kiitos paljon kiitoksia avusta vastauksesta dziękuję dziękujemy dzięki bardzo
serdecznie za pomoc odpowiedź szybką děkuji děkuju díky moc mnohokrát odpověď ďakujem veľmi pekne hvala lepa puno
köszönöm köszönjük szépen segítséget mulțumesc mult спасибо большое огромное благодарю благодарим вас за помощь
ответ быстрый всё все работает дякую дуже teşekkürler teşekkür ederim ederiz çok sağol sağolun ευχαριστώ
ευχαριστούμε πολύ
"""
_GREETING_WORDS = """
hi hello hey dear hallo guten tag morgen moin servus liebe lieber sehr geehrte geehrter bonjour bonsoir salut cher
chère hola buenos días buenas tardes estimado estimada ciao buongiorno salve gentile olá oi bom dia prezado hej hei
dzień dobry witam dobrý den привет здравствуйте merhaba
"""
_CLOSING_WORDS = """
best kind warm regards wishes sincerely yours cheers greetings mfg lg vg bg mit freundlichen freundlichem besten
schönen viele liebe herzliche grüße grüßen grüsse gruß gruss cordialement bien à vous cordiales saludos un saludo
atentamente cordiali saluti distinti atenciosamente abraço abraços met vriendelijke groet groeten med vänliga
hälsningar vänlig hälsning venlig hilsen vennlig terveisin pozdrawiam s pozdravem с уважением saygılarımla
üdvözlettel bye
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())
_GREETINGS = frozenset(_GREETING_WORDS.split())
_CLOSINGS = frozenset(_CLOSING_WORDS.split())
_WORD = late(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CJK_ONLY = late(
    r"(?:[非常多十分太真的很您你们們的了好啊呀哦！!。．.，,、~～\s]|谢谢|感谢|謝謝|感謝|收到|帮助|幫助|支持|回复|回覆|解决|解決|"
    r"已|辛苦|どうも|誠に|本当に|ありがとう|ございます|ございました|致します|いたします|します|感謝|助かりました|"
    r"감사합니다|감사드립니다|감사해요|고맙습니다|대단히|정말|شكرا|شكراً|جزيلا|جزيلاً|لك|لكم|תודה|רבה|מאוד|لكم|ขอบคุณ|ครับ|"
    r"ค่ะ|มาก|cảm ơn|nhiều|terima kasih|banyak)+"
)
_SAYS_MORE = late(r"[?？;؟]|\d{3}|https?:|@")


def is_only_thanks(text: str) -> bool:
    """Tell whether a mail's own words, without quotes and signature, are nothing but a thank-you."""
    if not _THANKS.search(text[:_MAX_HEAD]):
        return False
    from services.quotes import split_quotes

    own = [line for block in split_quotes(text) if block.kind == "text" for line in block.lines]
    lines = [line.strip() for line in own if line.strip()]
    if not lines or len(lines) > _MAX_LINES or sum(len(line.split()) for line in lines) > _MAX_WORDS:
        return False
    if any(len(line) > _LONGEST_LINE or _SAYS_MORE.search(line) for line in lines):
        return False
    return _THANKS.search(" ".join(lines)) is not None and _is_thanks(lines)


def _is_thanks(lines: list[str]) -> bool:
    """Read greeting, thanks, closing and name, which stand in this order."""
    thanked = closed = False
    for index, line in enumerate(lines):
        if _CJK_ONLY.fullmatch(line.lower()) and _THANKS.search(line):
            thanked = True
            continue
        words = [word.lower().replace("’", "'") for word in _WORD.findall(line)]
        if not words:
            continue  # a smiley
        if _THANKS.search(line) or all(word in _BESIDE for word in words):
            name = _after_comma(line) if thanked or _THANKS.search(line) else []
            if not all(word in _BESIDE or word in name or word in _CLOSINGS for word in words):
                return False
            thanked = thanked or bool(_THANKS.search(line))
        elif index == 0 and words[0] in _GREETINGS and len(words) <= _NAME_WORDS + 2:
            continue
        elif all(word in _CLOSINGS for word in words) or _closes(words):
            closed = True
        elif thanked and (closed or index == len(lines) - 1) and len(words) <= _NAME_WORDS and line[0].isupper():
            closed = True  # a name
        else:
            return False
    return thanked


def _closes(words: list[str]) -> bool:
    """Tell whether a line is a closing with a name behind it ("Best regards Ada")."""
    known = sum(word in _CLOSINGS for word in words)
    return known > 0 and words[0] in _CLOSINGS and len(words) - known <= 2 and len(words) <= 6


def _after_comma(line: str) -> list[str]:
    """Return the words of a name that is thanked ("Thanks, Bob!", "Danke Frau Berger"), which stand in capitals."""
    words = _WORD.findall(line)
    named = [word.lower() for word in words[1:] if word[0].isupper() and word.lower() not in _BESIDE]
    return named if len(named) <= _THANKED_WORDS else []
