"""What programs write at the beginning of a subject, in the languages that they write it in."""

from __future__ import annotations

import re

from services.patterns import late

# How servers begin the subject of a report that a mail was not delivered.
BOUNCE_SUBJECT = late(
    r"\s*(?:undeliver(?:able|ed)|(?:mail )?delivery (?:status|failure|failed|has failed|problem|report|"
    r"delayed|notification|incomplete)|mail delivery (?:failed|failure|failing|system|error)|failure notice|"
    r"returned mail|returned to sender|non.?deliver|message (?:delivery )?(?:delayed|undeliverable)|"
    r"warning: (?:message|could not send)|delayed mail|mail (?:could not be|not) delivered|"
    r"your (?:message|mail) could not be delivered|"
    r"unzustellbar|nicht zugestellt|zustellung|unzustellbare|non remis|échec de la (?:remise|livraison)|"
    r"non recapitabile|mancata consegna|no se puede entregar|no entregado|onbestelbaar|niet (?:bezorgd|afgeleverd)|"
    r"não entregue|não é possível entregar|ej levererat|не доставлено|недоставленное|niedostarcz|"
    r"无法送达|无法投递|退信|系统退信|配信不能|未配信|배달되지 않음)",
    re.IGNORECASE,
)
# How mail programs begin the subject of an answer while somebody is away.
ABSENCE_SUBJECT = late(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:"
    r"(?:automatic|automated|auto) ?-?(?:reply|response|answer)|autoreply|autoresponse|auto ?[:：]|"
    r"(?:i am |i'm |currently )?out of (?:the )?office|ooo ?[:：]|vacation (?:reply|response|notice|message)|"
    r"away from (?:the |my )?(?:office|mail|desk)|on (?:annual |sick )?leave ?[:：]|absence (?:notice|notification)|"
    r"automatische (?:antwort|abwesenheit|rückmeldung)|abwesenheits\w{1,15}|abwesend|abwesenheit|"
    r"(?:ich bin )?(?:derzeit |zurzeit )?nicht im (?:büro|haus)|urlaubsbenachrichtigung|"
    r"réponse automatique|absence du bureau|absent du bureau|message d['’]absence|notification d['’]absence|"
    r"respuesta automática|fuera de (?:la )?oficina|ausente de la oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|assente dall['’]ufficio|"
    r"automatisch antwoord|automatische reactie|afwezig(?:heid\w{0,12})?|niet aanwezig|"
    r"resposta automática|ausência (?:temporária|do escritório)|fora do escritório|ausente do escritório|"
    r"autosvar|automatiskt? svar|frånvar\w{0,15}|fraværs?\w{0,15}|ikke til stede|ej på kontoret|"
    r"automaattinen vastaus|poissaoloviesti|poissa toimistosta|automatyczna odpowiedź|odpowiedź automatyczna|"
    r"nieobecno\w{1,4}|automatická odpov[eě]ď|nepřítomnost|mimo (?:kancelář|kanceláriu)|automatikus válasz|házon kívül|"
    r"răspuns automat|samodejni odgovor|automatski odgovor|automatne atsakymas|automatinis atsakymas|"
    r"автоматическ\w{2} ответ|автоответ|автоматична відповідь|вне офиса|отсутств\w{1,10} на работе|"
    r"αυτόματη απάντηση|otomatik yanıt|ofis dışında|תשובה אוטומטית|מענה אוטומטי|رد تلقائي|"
    r"自动(?:回复|答复)|自動(?:回覆|答覆|返信|応答)|不在(?:通知|のお知らせ)|외출 중|자동 ?(?:회신|응답))",
    re.IGNORECASE,
)
