"""Stories of tickets being opened: who gets them, who is told, and what the desk refuses."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from services import clock, documents, history, preferences, recipients, routing, ticket_creation, tickets
from services.errors import Invalid, NotFound
from services.people import change_employee
from services.records import TicketDetail
from services.ticket_creation import NewTicket
from tests.hostile import FORBIDDEN, HOSTILE
from tests.support.company import NOON, Company


def outside(company: Company, ticket: TicketDetail) -> list[tuple[str, str]]:
    return [(row.kind, row.address) for row in recipients.external(company.admin, ticket.id)]


def followers(company: Company, ticket: TicketDetail) -> dict[str, str]:
    return {row.name: row.level for row in recipients.employees(company.admin, ticket.id)}


def test_answers_go_to_the_main_contact_unless_another_one_is_chosen(company: Company) -> None:
    account = company.accounts["Müller & Söhne"]
    by_account = company.open_ticket("Ann", contact_id=None, account_id=account)
    assert outside(company, by_account) == [("to", "cleo@cleo.example")]
    by_contact = company.open_ticket("Ann", contact_id=company.contacts["Otto"])
    assert outside(company, by_contact) == [("to", "otto@cleo.example")]
    assert (by_contact.account, by_contact.requester_name) == ("Müller & Söhne", "Otto")


def test_a_typed_reply_address_is_told_besides_the_contact_but_never_an_employees(company: Company) -> None:
    typed = company.open_ticket("Ann", requester_email=" Boss@Cleo.example ", requester_name="The boss")
    assert outside(company, typed) == [("to", "cleo@cleo.example"), ("to", "boss@cleo.example")]
    own = company.open_ticket("Ann", contact_id=None)
    assert own.requester_email == "ann@desk.example"
    assert outside(company, own) == []


def test_chosen_recipients_replace_the_default_one(company: Company) -> None:
    chosen = (("cc", "New@Globex.example", "New \x1b one"), ("bcc", "b@globex.example", ""))
    ticket = company.open_ticket("Ann", external=chosen)
    rows = recipients.external(company.admin, ticket.id)
    assert [(row.kind, row.address, row.name) for row in rows] == [
        ("cc", "new@globex.example", "New \ufffd one"),
        ("bcc", "b@globex.example", ""),
    ]
    with pytest.raises(Invalid, match="no mail address"):
        company.open_ticket("Ann", external=(("to", "nobody", ""),))
    with pytest.raises(Invalid, match="neither to, cc nor bcc"):
        company.open_ticket("Ann", external=(("x", "a@b.example", ""),))


def test_managers_and_those_who_asked_for_everything_follow_and_copies_are_told_once(company: Company) -> None:
    change_employee(company.admin, company.employees["Tia"], all_mail=1)
    of = company.employees
    ticket = company.open_ticket(
        "Ann", manager_id=company.managers["Ann"], carbon_copy=(of["Ben"], of["Dora"], of["Ben"])
    )
    assert followers(company, ticket) == {"Ann": "all", "Dora": "all", "Tia": "all", "Ben": "created"}


def test_a_ticket_goes_to_the_chosen_manager_then_the_categorys_then_the_queue(company: Company) -> None:
    network = company.categories["Network"]
    chosen = company.open_ticket("Ann", manager_id=company.managers["Ann"], category_id=network)
    assert (chosen.manager, chosen.status) == ("Ann", "Assigned in House")
    assert company.open_ticket("Ann", category_id=network).manager == "Ben"
    queued = company.open_ticket("Ann")
    assert (queued.manager, queued.status) == ("New Tickets", "New")


def test_with_auto_assign_the_least_loaded_available_person_gets_it(company: Company) -> None:
    preferences.set_desk_setting(company.admin, "auto_assign", "yes")
    for name in ("Ann", "Ben", "Tia"):
        company.open_ticket("Ann", manager_id=company.managers[name])
    change_employee(company.admin, company.employees["Dora"], assignable=0)
    assert company.open_ticket("Ann").manager == "Ada Lindqvist"
    drawn = {routing.least_loaded(Random(seed)) for seed in range(30)}
    assert drawn == {company.managers[name] for name in ("Ann", "Ben", "Tia", "Ada Lindqvist")}


def test_a_category_whose_manager_left_leads_to_the_queue(company: Company) -> None:
    change_employee(company.admin, company.employees["Ben"], active=0)
    assert company.open_ticket("Ann", category_id=company.categories["Network"]).manager == "New Tickets"
    with pytest.raises(Invalid, match="Ben takes no tickets"):
        company.open_ticket("Ann", manager_id=company.managers["Ben"])


def test_a_form_asks_for_subject_and_category_but_a_program_need_not_know_them(company: Company) -> None:
    with pytest.raises(Invalid, match="needs a subject"):
        company.open_ticket("Ann", subject=" \n ")
    with pytest.raises(Invalid, match="Choose a category"):
        company.open_ticket("Ann", category_id=None)
    assert company.open_ticket("Ann", category_id=None, product_id=company.products["Hosting"]).product == "Hosting"
    assert company.open_ticket("Ann", category_id=None, channel="cli").category == ""


def test_what_belongs_to_another_account_is_refused(company: Company) -> None:
    refused: tuple[dict[str, Any], ...] = (
        {"asset_id": company.assets["Globex"]},
        {"contract_id": company.contracts["Globex"]},
        {"account_id": company.accounts["Globex"]},
        {"contact_id": 987_654},
    )
    for values in refused:
        with pytest.raises(Invalid):
            company.open_ticket("Ann", **values)


def test_the_rules_of_the_statuses_hold_from_the_start(company: Company) -> None:
    with pytest.raises(Invalid, match="due date"):
        company.open_ticket("Ann", status_code=company.status("hold"))
    with pytest.raises(Invalid, match="resolution"):
        company.open_ticket("Ann", status_code=company.status("completed"))
    with pytest.raises(Invalid, match="contract"):
        company.open_ticket("Ann", extension_id=company.extension("Project"))
    with pytest.raises(Invalid, match="already passed"):
        company.open_ticket("Ann", due_at=NOON - 1)
    held = company.open_ticket("Ann", status_code=company.status("hold"), due_at=NOON + clock.DAY)
    assert (held.status, held.priority) == ("Hold", 0)
    assert company.open_ticket("Ann", extension_id=company.extension("Quote")).status == "Internal"


def test_a_client_opens_tickets_for_its_own_company_only(company: Company) -> None:
    ticket = company.open_ticket("Cleo")
    assert (ticket.account, ticket.contact, ticket.channel) == ("Müller & Söhne", "Cleo", "web")
    refused: tuple[dict[str, Any], ...] = (
        {"account_id": company.accounts["Globex"]},
        {"contact_id": company.contacts["Gus"]},
        {"category_id": company.categories["Secret"]},
        {"manager_id": company.managers["Ann"]},
        {"status_code": company.status("completed")},
        {"extension_id": company.extension("WFC")},
        {"contract_id": company.contracts["Müller & Söhne"]},
        {"asset_id": company.assets["Globex"]},
        {"waiting_for_dispatch": True},
        {"external": (("bcc", "spy@globex.example", ""),)},
        {"carbon_copy": (company.employees["Ann"],)},
    )
    for values in refused:
        with pytest.raises(Invalid):
            company.open_ticket("Cleo", **values)


def test_a_retry_after_a_lost_answer_finds_the_first_ticket(company: Company) -> None:
    session, new = company.session("Ann"), NewTicket("Once", category_id=company.categories["General"])
    first = ticket_creation.create(session, new, uid="form-1")
    assert ticket_creation.create(session, new, uid="form-1") == first
    assert ticket_creation.create(session, new, uid="form-2").id != first.id


def test_uploads_are_kept_with_the_ticket_and_a_refused_one_leaves_nothing(company: Company) -> None:
    files = (("log.txt", "text/plain", b"line\n" * 9), ("../../x", "image/png", b"\x89"))
    ticket = company.open_ticket("Ann", attachments=files)
    rows = documents.listed(company.admin, ticket.id)
    assert [(row.name, row.size, row.added_by) for row in rows] == [("../../x", 1, "Ann"), ("log.txt", 45, "Ann")]
    kinds = [entry.kind for entry in history.entries(company.admin, ticket.id)]
    assert kinds == ["created", "document", "document"]
    before = company.open_ticket("Ann").id
    with pytest.raises(Invalid):
        company.open_ticket("Ann", attachments=files, external=(("to", "nobody", ""),))
    with pytest.raises(NotFound):
        tickets.get(company.admin, before + 1)


def test_a_newcomer_who_may_not_see_others_tickets_sees_those_that_they_opened(company: Company) -> None:
    ticket = company.open_ticket("Tia")
    assert ticket.manager == "New Tickets"
    assert tickets.get(company.session("Tia"), ticket.id) == ticket


def test_hostile_text_is_clean_before_it_is_stored(company: Company) -> None:
    for text in HOSTILE:
        ticket = company.open_ticket("Ann", subject=f"s {text}", description=text, requester_name=text, url=text)
        for kept in (ticket.subject, ticket.description, ticket.requester_name, ticket.url):
            assert not FORBIDDEN.search(kept)
        assert "\n" not in ticket.subject + ticket.requester_name + ticket.url
