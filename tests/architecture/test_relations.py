"""What import contracts cannot see: foreign keys are text (`"accounts.Account"`), so the models are walked."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.test.utils import isolate_apps

from accounts.models import Account
from customers import ports
from customers.models import Customer
from tests.architecture.project import ROOMS, own_models

PEOPLE_AND_ACCOUNTS = (Customer, Account)


def relations(model: type[models.Model]) -> list[models.ForeignKey]:
    """Those the model itself declares, not the ones that point back at it."""
    return [field for field in model._meta.get_fields() if field.is_relation and not field.auto_created]


def name_of(field) -> str:
    return f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}"


def points_upward(field) -> bool:
    upper, lower = field.related_model._meta.app_label, field.model._meta.app_label
    return upper in ROOMS and ROOMS.index(upper) < ROOMS.index(lower)


def unanswered(found: set[str], answered: list[str]) -> tuple[set[str], set[str], set[str]]:
    """Relations nobody answers for, answers for relations that are not there, and relations answered for twice."""
    return found - set(answered), set(answered) - found, {name for name in answered if answered.count(name) > 1}


def test_every_relation_to_a_customer_or_an_account_is_answered_for_once():
    found = {
        name_of(field)
        for model in own_models()
        for field in relations(model)
        if issubclass(field.related_model, PEOPLE_AND_ACCOUNTS)
    }
    answered = [relation for records in ports.registered() for relation in records.relations]

    assert len(found) > 7  # walking nothing would prove nothing
    assert unanswered(found, answered) == (set(), set(), set())


def test_an_answer_that_is_missing_too_many_or_double_shows():
    assert unanswered({"a.A.x", "a.A.y"}, ["a.A.y", "a.A.z", "a.A.z"]) == ({"a.A.x"}, {"a.A.z"}, {"a.A.z"})


def test_what_answers_has_all_three_answers_and_a_name_of_its_own():
    registered = ports.registered()

    assert len({records.name for records in registered}) == len(registered)
    for records in registered:
        assert records.name.partition(".")[0] in ROOMS
        for answer in ("erase", "move", "move_back"):
            assert callable(getattr(records, answer)), f"{records.name} does not answer {answer}"


def test_one_relation_is_registered_by_one():
    class Twin:
        name = "tests.twin"
        relations = ("accounts.Contact.customer",)

    with pytest.raises(ports.AlreadyAnsweredForError, match=r"^accounts\.Contact\.customer$"):
        ports.register(Twin())
    assert all(records.name != "tests.twin" for records in ports.registered())


def test_registering_again_changes_nothing():
    before = ports.registered()

    ports.register(before[0])

    assert ports.registered() == before


def test_no_relation_points_upward():
    fields = [field for model in own_models() for field in relations(model)]

    assert len(fields) > 15
    assert [name_of(field) for field in fields if points_upward(field)] == []


@isolate_apps("events")
def test_a_relation_that_points_upward_shows():
    class Gossip(models.Model):
        about = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "events"

    assert points_upward(Gossip._meta.get_field("about"))


def test_generic_relations_are_used_nowhere():
    """They would point anywhere without being seen above."""
    names = {
        field.related_model.__name__ for model in own_models() for field in relations(model) if field.related_model
    }

    assert "ContentType" not in names
    assert all(field.related_model is not None for model in own_models() for field in relations(model))


def test_one_user_model():
    users = [model for model in apps.get_models() if issubclass(model, AbstractUser) or model.__name__ == "User"]

    assert [f"{model._meta.app_label}.{model.__name__}" for model in users] == ["customers.User"]
