from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.identifiers import normal_email


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """By the normal form, so that people sign in however they type their address."""
        return self.get(email=normal_email(username or ""))

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """For Django's `createsuperuser` command; the panel and the API create staff through services."""
        user = self.model(email=email, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Who signs in: staff, a customer, or both. The sign-in name is the e-mail address, kept in its normal form."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(_("may open the panel"), default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Raised when every session must end at once, as when the person is put on hold.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    # Raised with every password link, so that a newer one voids the older.
    link_epoch = models.PositiveIntegerField(default=0, editable=False)
    # The password is one that staff or a program gave, and not changed since.
    has_initial_password = models.BooleanField(default=False, editable=False)
    initial_password_usable_from = models.DateTimeField(null=True, editable=False)
    initial_password_used_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                name="user_email_in_normal_form",
                condition=models.Q(email=Lower("email")),
                violation_error_message=_("A sign-in address is kept in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        return self._epoch_hash(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return (self._epoch_hash(each) for each in super().get_session_auth_fallback_hash())

    def _epoch_hash(self, of_password: str) -> str:
        return f"{of_password}:{self.session_epoch}"

    def clean(self) -> None:
        """Bring the address into its normal form. Raises ValidationError where it has none."""
        normal = normal_email(self.email)
        if normal is None:
            raise ValidationError({"email": _("Enter a valid e-mail address.")})
        self.email = normal
