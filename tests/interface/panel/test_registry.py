"""No class of the panel writes past services."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import Contact
from interface.panel.inlines import ServiceInline
from interface.panel.model_admin import SEALED, UNUSABLE, ServiceModelAdmin, WritesPastServicesError


def test_every_registered_class_is_based_on_ours():
    assert admin.site._registry
    assert [each for each in admin.site._registry.values() if not isinstance(each, ServiceModelAdmin)] == []


def test_every_inline_is_based_on_ours():
    inlines = [inline for each in admin.site._registry.values() for inline in each.inlines]
    assert inlines
    assert [inline for inline in inlines if not issubclass(inline, ServiceInline)] == []


def test_what_other_packages_register_is_left_out():
    assert {model._meta.label for model in admin.site._registry} == {
        "accounts.Account",
        "accounts.Contact",
        "accounts.PaymentMethod",
        "accounts.PriceList",
        "accounts.Role",
        "customers.Customer",
        "customers.ProfileAttribute",
        "customers.Segment",
        "interface.SupportRequest",
        "customers.ErpCustomer",
        "orders.Order",
        "storefronts.ApiClient",
        "storefronts.Storefront",
    }


def test_a_class_of_ours_that_is_based_on_something_else_is_refused():
    stray = type("StrayAdmin", (ModelAdmin,), {"__module__": "accounts.admin.stray"})
    with pytest.raises(ImproperlyConfigured, match="StrayAdmin is not based on ServiceModelAdmin"):
        admin.site.register(Group, stray)
    assert not admin.site.is_registered(Group)


@pytest.mark.parametrize("name", sorted(SEALED))
def test_a_class_cannot_bring_its_own_way_of_writing(name):
    with pytest.raises(WritesPastServicesError, match=name):
        type("SlyAdmin", (ServiceModelAdmin,), {name: lambda *_args: None})


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_would_write_past_services_cannot_be_switched_on(name):
    sly = type("SlyAdmin", (ServiceModelAdmin,), {name: ["name"]})
    with pytest.raises(ImproperlyConfigured, match=name):
        sly(Group, admin.site)


def test_rows_need_services_too():
    stray = type("StrayInline", (TabularInline,), {"model": Contact})
    sly = type("SlyAdmin", (ServiceModelAdmin,), {"inlines": [stray]})
    with pytest.raises(ImproperlyConfigured, match="StrayInline"):
        sly(Group, admin.site)


def test_a_class_that_declares_no_service_writes_nothing(rf, db):
    plain = type("PlainAdmin", (ServiceModelAdmin,), {})(Group, admin.site)
    request = rf.get("/")
    request.user = type("Everything", (), {"has_perm": lambda *_args: True, "pk": 1})()
    assert plain.has_view_permission(request)
    assert not plain.has_add_permission(request)
    assert not plain.has_change_permission(request)
    assert not plain.has_delete_permission(request)
    for write in (plain.create, plain.change, plain.remove):
        with pytest.raises(WritesPastServicesError):
            write(request, *[None] * (write.__code__.co_argcount - 2))
    with pytest.raises(WritesPastServicesError):
        plain.delete_queryset(request, [Group(name="Guests")])
