"""Subjects: what mail programs and desks put before them is known in every language, and nothing else is taken away."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from services.subjects import bare_subject, prefix_kind, ticket_numbers


@pytest.mark.parametrize(
    "prefix",
    [
        *(
            "Re:",
            "RE:",
            "re:",
            "Re :",
            "Re：",
            "RE[2]:",
            "Re(3):",
            "Re^4:",
            "Re: Re:",
            "RE:RE:",
            "AW:",
            "Antw:",
            "Antwort:",
            "SV:",
        ),
        *(
            "Svar:",
            "Vá:",
            "Odp:",
            "YNT:",
            "ΑΠ:",
            "Res:",
            "Ref:",
            "RIF:",
            "R:",
            "BLS:",
            "ATB:",
            "Отв:",
            "На:",
            "Відп:",
            "رد:",
        ),
        *(
            "השב:",
            "רה:",
            "回复:",
            "回复：",
            "回覆:",
            "答复:",
            "返信:",
            "회신:",
            "Trả lời:",
            "[0500-1000] Re:",
            "Re: [0500-1000] AW:",
        ),
    ],
)
def test_an_answer_is_known_by_its_prefix(prefix: str) -> None:
    assert bare_subject(f"{prefix} Printer on fire") == "Printer on fire"
    assert prefix_kind(f"{prefix} Printer on fire") == "reply"


@pytest.mark.parametrize(
    "prefix",
    [
        *(
            "Fwd:",
            "FW:",
            "Fw:",
            "FWD[2]:",
            "WG:",
            "TR:",
            "RV:",
            "ENC:",
            "Doorst:",
            "VS:",
            "VB:",
            "VL:",
            "PD:",
            "I:",
            "İLT:",
        ),
        *(
            "Továbbítás:",
            "ΠΡΘ:",
            "Пересл:",
            "转发:",
            "轉寄:",
            "転送:",
            "전달:",
            "הועבר:",
            "إعادة توجيه:",
            "FW: Re:",
            "[EXT] Fwd:",
        ),
    ],
)
def test_a_forward_is_known_by_its_prefix(prefix: str) -> None:
    assert bare_subject(f"{prefix} Printer on fire").removeprefix("[EXT] ") == "Printer on fire"
    assert prefix_kind(f"{prefix} Printer on fire") == "forward"


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Printer on fire",
            "Refund",
            "Return: of the lamp",
            "i: as in ice",
            "r: a letter",
            "Regarding: lamps",
            "FYI: lamps",
        ),
        *(
            "Answer to all",
            "0500-1000",
            "(0500-1000)",
            "[lamps] red",
            "Tickets: two",
            "Windows: closed",
            "Reply",
            "",
            "Forwarded",
        ),
    ],
)
def test_what_only_looks_like_a_prefix_stays(subject: str) -> None:
    assert bare_subject(subject) == subject
    assert prefix_kind(subject) == ""


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("[0500-1000] Printer", "Printer"),
        ("Re: Ticket [0500-1000] Printer", "Printer"),
        ("AW: Ticket [0500-1000]: Re: Printer", "Printer"),
        ("Printer [0500-1000]", "Printer"),
        ("回复：【0500-1000】打印机", "打印机"),
        ("[0500-1000] [0501-0000] Re: Printer", "Printer"),
        ("[EXTERNAL] Re: [list] AW: Printer", "[EXTERNAL] [list] Printer"),
        ("Re: [list] Re: [list] Printer", "[list] Printer"),
        ("[0500-1000]", ""),
        ("Re: Fwd:", ""),
    ],
)
def test_numbers_go_and_tags_stay(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_numbers_are_found_in_order_and_once() -> None:
    assert ticket_numbers("Re: Ticket [0500-1000] and [ 0501-9999 ] and [0500-1000]") == ("0500-1000", "0501-9999")
    assert ticket_numbers("0500-1000 [05001-1000] [٠٥٠٠-١٠٠٠]") == ()


@hypothesis.given(
    st.lists(st.sampled_from(["Re:", "WG: ", "[0500-1000]", "[x] ", " ", "lamp", "：", "FW", "[", "Ticket "])).map(
        "".join
    )
)
def test_a_bare_subject_is_as_bare_as_it_gets(subject: str) -> None:
    assert bare_subject(bare_subject(subject)) == bare_subject(subject)
