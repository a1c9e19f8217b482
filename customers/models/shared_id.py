from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SHARED_ID_PATTERN = r"^[A-Za-z0-9._:@-]{1,100}\Z"
validate_shared_id = RegexValidator(
    SHARED_ID_PATTERN, _("1 to 100 of the characters A-Z a-z 0-9 . _ : @ - ."), code="invalid"
)


class SharedId(models.Model):
    """Every shared id ever given to a customer or an account. Rows stay when their object goes: no id is reused.

    Triggers on both tables write here (`customers.triggers`), so that no way of inserting can pass it by.
    """

    value = models.CharField(max_length=100, primary_key=True)

    def __str__(self) -> str:
        return self.value
