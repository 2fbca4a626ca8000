"""Guessing a charset that nobody declared: right for words of other alphabets, and silent for anything western."""

from __future__ import annotations

import pytest

from connector.mail import charsets
from connector.mail.guessing import guess


@pytest.mark.parametrize(
    "text",
    [
        *("äöüÄÖÜß", "äöüß äöüß", "éèêàçùîôû", "ÀÉÈÊÇ", "åäöÅÄÖ", "æøåÆØÅæøå", "ñáéíóúü¿¡", "«élève»", "ãõçâêô ÃÕÇ"),
        *("·" * 20, "– – – – –", "––––––––– Größe ––––", "“quoted” – it’s…", "\xa0" * 8 + "Grüße" + "\xa0" * 4, "©®™•"),
        *("ÜBERPRÜFUNG DER LÖSUNG", "Þórður Ævar ðþæö", "£££££ €€€€ 5", "naïveté", "Œuvre", "", "plain"),
    ],
)
def test_western_text_is_left_to_cp1252(text: str) -> None:
    assert guess(text.encode("cp1252")) == ""
    assert charsets.decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        *(("Принтер горит", codec) for codec in ("cp1251", "koi8-r")),
        *(("ПРИНТЕР ГОРИТ СРОЧНО", codec) for codec in ("cp1251", "koi8-r")),
        *(("Ошибка", codec) for codec in ("cp1251", "koi8-r")),
        *(("打印机着火了", "gbk"), ("紧急：服务器无法连接", "gb18030"), ("Re: 打印机 problem", "gbk")),
        *(("印表機著火了", "big5"), ("緊急通知：伺服器故障請協助", "big5")),
        *(("프린터에 불이 났습니다", "euc-kr"), ("서버 장애 문의", "cp949")),
        *(("プリンター", "cp932"), ("障害報告について", "cp932"), ("サーバー障害", "euc-jp"), ("障害", "iso-2022-jp")),
    ],
)
def test_other_alphabets_are_recognised(text: str, codec: str) -> None:
    assert charsets.decode(text.encode(codec)) == text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        *(
            ("Windows-1252", "cp1252"),
            ("ISO-8859-1", "cp1252"),
            ("cp-850", "cp850"),
            ("ibm-437", "cp437"),
            ("win1251", "cp1251"),
        ),
        *(("x-x-big5", "cp950"), ("gb2312", "gb18030"), ("ks_c_5601-1987", "cp949"), ("iso-8859-8-i", "iso8859-8")),
        *(
            ("unicode-1-1-utf-7", "utf-7"),
            ("utf-8", ""),
            ("us-ascii", ""),
            ("unknown-8bit", ""),
            ("rot13", ""),
            ("base64", ""),
        ),
        *(
            ("idna", ""),
            ("punycode", ""),
            ("unicode_escape", ""),
            ("", ""),
            ("x" * 500, ""),
            ("\0", ""),
            ("cp99999", ""),
        ),
    ],
)
def test_a_declared_charset_is_known_by_all_its_names(declared: str, codec: str) -> None:
    assert charsets.codec(declared) == codec
