"""Steps of a policy: which of them, in which order."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from storefronts.policy import Step


class OrderedStepsWidget(forms.CheckboxSelectMultiple):
    """Checkboxes whose order counts: chosen ones first, in their order. Buttons move them (`panel/steps.js`)."""

    template_name = "panel/storefronts/steps.html"

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 -- Django's signature
        """From the project's templates, which Django's form renderer does not look into."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        """As Django's, with the chosen steps first."""
        chosen = [str(word) for word in value]
        places = {word: place for place, word in enumerate(chosen)}
        given = list(self.choices)
        self.choices = sorted(given, key=lambda choice: places.get(str(choice[0]), len(places)))
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = given


class OrderedStepsField(forms.MultipleChoiceField):
    """Steps in the order in which they were sent."""

    widget = OrderedStepsWidget

    def __init__(self, *, steps: tuple[Step, ...], **kwargs: Any) -> None:
        super().__init__(choices=[(str(step), step.label) for step in steps], required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Also where only the order did."""
        return [str(word) for word in initial or []] != [str(word) for word in data or []]
