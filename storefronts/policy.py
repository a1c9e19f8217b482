"""What a resolution policy may say, and its one form in the database, the API and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_PLACEHOLDERS = 500
MAX_PLACEHOLDER_LENGTH = 254
DEFAULT_MAX_AGE_SECONDS = 900
MAX_AGE_SECONDS = 366 * 24 * 3600


class Step(models.TextChoices):
    """Where whose order it is may be looked up (domain rules, section 1)."""

    PINNED = "pinned", _("Pinned identity")
    ACCOUNT_CONTACT_EMAIL = "account_contact_email", _("Account contact by e-mail")
    ERP_EMAIL = "erp_email", _("ERP customer by e-mail")
    ERP_PHONE = "erp_phone", _("ERP customer by phone")
    OWN_CUSTOMER = "own_customer", _("Own customers")
    CUSTOMER_EMAIL = "customer_email", _("Own customers by e-mail")
    CUSTOMER_PHONE = "customer_phone", _("Own customers by phone")
    CREATE = "create", _("New customer")


class Ambiguous(models.TextChoices):
    """What happens where several differ in whose they are. There is no silent choice."""

    HOLD = "hold", _("Hold for a person")
    EARLIEST_SALE = "earliest_sale", _("Take the one with the earliest sale")
    OLDEST = "oldest", _("Take the oldest")


B2B_STEPS = (Step.PINNED, Step.ACCOUNT_CONTACT_EMAIL, Step.ERP_EMAIL, Step.ERP_PHONE, Step.OWN_CUSTOMER, Step.CREATE)
B2C_STEPS = (Step.PINNED, Step.CUSTOMER_EMAIL, Step.CUSTOMER_PHONE, Step.CREATE)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a storefront's policy, with the region and ERP system it was decided under.

    `erp_max_age_seconds` None: what the mirror holds is always fresh enough. `assume_complete`: what it lacks is
    lacking in the ERP too (a mirror loaded from files).
    """

    version: int
    default_region: str
    erp_system: str
    b2b_steps: tuple[Step, ...] = B2B_STEPS[1:]
    b2c_steps: tuple[Step, ...] = B2C_STEPS[1:]
    b2b_ambiguous: Ambiguous = Ambiguous.HOLD
    b2c_ambiguous: Ambiguous = Ambiguous.OLDEST
    placeholders: tuple[str, ...] = ()
    erp_max_age_seconds: int | None = DEFAULT_MAX_AGE_SECONDS
    assume_complete: bool = False

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], *, version: int) -> Self:
        """Read the stored form. Raises ValidationError, one entry per wrong field, named `policy.<field>`."""
        checked = _Checked(settings)
        policy = cls(
            version=version,
            default_region=settings["default_region"],
            erp_system=settings["erp_system"],
            b2b_steps=checked.steps("b2b_steps", B2B_STEPS),
            b2c_steps=checked.steps("b2c_steps", B2C_STEPS),
            b2b_ambiguous=checked.ambiguous("b2b_ambiguous", Ambiguous.HOLD),
            b2c_ambiguous=checked.ambiguous("b2c_ambiguous", Ambiguous.OLDEST),
            placeholders=checked.placeholders("placeholders"),
            erp_max_age_seconds=checked.seconds("erp_max_age_seconds"),
            assume_complete=checked.flag("assume_complete"),
        )
        checked.raise_if_wrong()
        return policy

    def settings(self) -> dict[str, Any]:
        """The stored form: `shown()` and what the policy takes from the storefront itself."""
        return {"default_region": self.default_region, "erp_system": self.erp_system, **self.shown()}

    def shown(self) -> dict[str, Any]:
        """The form of the API's `policy{}` and of the panel's form."""
        return {
            "b2b_steps": [str(step) for step in self.b2b_steps],
            "b2c_steps": [str(step) for step in self.b2c_steps],
            "b2b_ambiguous": str(self.b2b_ambiguous),
            "b2c_ambiguous": str(self.b2c_ambiguous),
            "placeholders": list(self.placeholders),
            "erp_max_age_seconds": self.erp_max_age_seconds,
            "assume_complete": self.assume_complete,
        }


# Where a policy stands inside a storefront, as errors name its fields: `policy.b2b_steps`.
POLICY_PREFIX = "policy."
POLICY_FIELDS = frozenset(Policy(version=1, default_region="US", erp_system="").shown())


class _Checked:
    """Reads one field after the other and collects what is wrong, so that all of it is said at once."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.errors: dict[str, list[str]] = {}
        for name in settings.keys() - POLICY_FIELDS - {"default_region", "erp_system"}:
            self._wrong(str(name), _("There is no such setting."))

    def _wrong(self, name: str, message: Any) -> None:
        self.errors.setdefault(name, []).append(str(message))

    def steps(self, name: str, allowed: tuple[Step, ...]) -> tuple[Step, ...]:
        value = self.settings.get(name, [str(step) for step in allowed[1:]])
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            self._wrong(name, _("A list of steps."))
            return allowed[1:]
        if unknown := [word for word in value if word not in {str(step) for step in allowed}]:
            self._wrong(name, _("Unknown step: %s.") % ", ".join(unknown)[:200])
            return allowed[1:]
        steps = tuple(Step(word) for word in value)
        if len(set(steps)) != len(steps):
            self._wrong(name, _("A step stands twice."))
        if Step.PINNED in steps[1:]:
            self._wrong(name, _("“pinned” can only be the first step."))
        if Step.CREATE in steps[:-1]:
            self._wrong(name, _("“create” can only be the last step."))
        if not steps:
            self._wrong(name, _("At least one step."))
        return steps

    def ambiguous(self, name: str, default: Ambiguous) -> Ambiguous:
        value = self.settings.get(name, default)
        if not isinstance(value, str) or value not in Ambiguous.values:
            self._wrong(name, _("One of hold, earliest_sale, oldest."))
            return default
        return Ambiguous(value)

    def placeholders(self, name: str) -> tuple[str, ...]:
        value = self.settings.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) and word.strip() for word in value):
            self._wrong(name, _("A list of texts: local@, @domain, whole addresses, or digits."))
            return ()
        if len(value) > MAX_PLACEHOLDERS or any(len(word) > MAX_PLACEHOLDER_LENGTH for word in value):
            self._wrong(name, _("At most 500 placeholders of at most 254 characters."))
        for word in value:
            is_email, is_digits = "@" in word and word.strip("@ ") != "", any(character.isdigit() for character in word)
            if not is_email and not is_digits:
                self._wrong(name, _("“%s” is neither local@, @domain, an address, nor digits.") % word[:60])
        return tuple(word.strip() for word in value)

    def seconds(self, name: str) -> int | None:
        value = self.settings.get(name, DEFAULT_MAX_AGE_SECONDS)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_AGE_SECONDS:
            self._wrong(name, _("Seconds as a whole number of at most a year, or null for always fresh."))
            return None
        return value

    def flag(self, name: str) -> bool:
        value = self.settings.get(name, False)
        if not isinstance(value, bool):
            self._wrong(name, _("true or false."))
            return False
        return value

    def raise_if_wrong(self) -> None:
        if self.errors:
            raise ValidationError({f"{POLICY_PREFIX}{name}": texts for name, texts in self.errors.items()})
