"""Folding: what was quoted and signatures are told apart from what somebody wrote, and nothing is lost."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from services.quotes import split_quotes


def _joined(text: str) -> str:
    return "\n".join(line for block in split_quotes(text) for line in block.lines)


def _visible(text: str) -> str:
    blocks = split_quotes(text)
    assert _joined(text) == text
    return "\n".join(line for block in blocks if block.kind == "text" for line in block.lines).strip()


def test_answers_between_quotes_stay_visible() -> None:
    text = "Hello,\n\nOn Mon, 3 May 2027, Bob wrote:\n> Is it on?\n>\n> Since when?\n\nYes.\n"
    text += "\n> And the lamp?\nRed.\n-- \nAda"
    assert [(block.kind, block.lines) for block in split_quotes(text)] == [
        ("text", ("Hello,", "")),
        ("quote", ("On Mon, 3 May 2027, Bob wrote:", "> Is it on?", ">", "> Since when?")),
        ("text", ("", "Yes.", "")),
        ("quote", ("> And the lamp?",)),
        ("text", ("Red.",)),
        ("signature", ("-- ", "Ada")),
    ]


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, May 3, 2027 at 10:00 AM Bob <bob@example.org> wrote:",
        "On Mon, May 3, 2027 at 10:00 AM Bob Robertson-Smythe of Accounting\n<bob.robertson@example.org> wrote:",
        "Am Mo., 3. Mai 2027 um 10:00 Uhr schrieb Bob <bob@example.org>:",
        "Am 03.05.27 um 10:00 schrieb Bob:",
        "Le lun. 3 mai 2027 à 10:00, Bob <bob@example.org> a écrit :",
        "El lun, 3 may 2027 a las 10:00, Bob (<bob@example.org>) escribió:",
        "Il giorno lun 3 mag 2027 alle ore 10:00 Bob ha scritto:",
        "Op ma 3 mei 2027 om 10:00 schreef Bob <bob@example.org>:",
        "Em seg., 3 de mai. de 2027 às 10:00, Bob escreveu:",
        "Den mån 3 maj 2027 kl 10:00 skrev Bob <bob@example.org>:",
        "ma 3. toukok. 2027 klo 10.00 Bob (bob@example.org) kirjoitti:",
        "pon., 3 maj 2027 o 10:00 Bob <bob@example.org> napisał(a):",
        "po 3. 5. 2027 v 10:00 odesílatel Bob <bob@example.org> napsal:",
        "пн, 3 мая 2027 г. в 10:00, Bob <bob@example.org>:\nпишет:",
        "Bob <bob@example.org>, 3 May 2027 Pzt, 10:00 tarihinde şunu yazdı:",
        "2027年5月3日(月) 10:00 Bob <bob@example.org>のメール:",
        "Bob <bob@example.org> 于2027年5月3日周一 10:00写道：",
        "2027년 5월 3일 (월) 오전 10:00, Bob 님이 작성:",
    ],
)
def test_who_wrote_the_quote_is_folded_with_it(attribution: str) -> None:
    assert _visible(f"It works.\n\n{attribution}\n\n> Does it work?\n") == "It works."


@pytest.mark.parametrize(
    "below",
    [
        "-----Original Message-----\nFrom: Bob\nSent: Monday\nIt is off.",
        "-----Ursprüngliche Nachricht-----\nVon: Bob\nIt is off.",
        "______________\nFrom: Bob <bob@example.org>\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nIt is off.",
        "Von: Bob\nGesendet: Montag, 3. Mai 2027 10:00\nAn: Ada\nBetreff: Lampe\n\nIt is off.",
        "*De :* Bob\n*Envoyé :* lundi\n*À :* Ada\n*Objet :* Lampe\n\nIt is off.",
        "发件人: Bob\n发送时间: 2027年5月3日\n收件人: Ada\n主题: Lamp\n\nIt is off.",
        "On Mon, 3 May 2027 at 10:00, Bob wrote:\n\nIt is off.\nAnd cold.",
    ],
)
def test_everything_below_an_answer_in_outlooks_way_is_folded(below: str) -> None:
    assert _visible(f"It works.\n\n{below}") == "It works."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Lovelace\nAnalyst",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS <https://aka.ms/o0ukef>",
        "Enviado desde mi iPhone",
    ],
)
def test_a_signature_is_folded(signature: str) -> None:
    assert _visible(f"It works.\n\n{signature}") == "It works."
    assert [block.kind for block in split_quotes(f"Yes.\n{signature}\n\n> On?")] == ["text", "signature", "quote"]


@pytest.mark.parametrize(
    "text",
    [
        "> Only a quote\n> and no answer",
        "From: the start of it\nto the end",
        "Steps:\n1. On\n2. Off\n--\nrest\n" + "more\n" * 60,
        "FYI\n\n---------- Forwarded message ---------\nFrom: Bob\n\nIt is off.",
        "Bob wrote:\n\nIt is off. What now?",
        "Sent from my desk were 20 letters, and none arrived, so please look into it again and soon.",
        "\n\n",
    ],
)
def test_what_somebody_has_to_read_is_never_folded(text: str) -> None:
    assert {block.kind for block in split_quotes(text)} == {"text"}
    assert _joined(text) == text


def test_nothing_is_no_block() -> None:
    assert split_quotes("") == ()


_LINE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "> x",
            ">",
            "",
            "-- ",
            "On 3 May 2027 Bob wrote:",
            "-----Original Message-----",
            "From: x",
            "To: y",
            "Sent: z",
            "_" * 30,
        ]
    ),
)


@hypothesis.settings(max_examples=400)
@hypothesis.given(st.lists(_LINE, max_size=30).map("\n".join))
def test_the_blocks_joined_are_the_text(text: str) -> None:
    blocks = split_quotes(text)
    assert "\n".join(line for block in blocks for line in block.lines) == text
    assert all(block.lines for block in blocks)
    assert not text.strip() or any(block.kind == "text" and any(map(str.strip, block.lines)) for block in blocks)
