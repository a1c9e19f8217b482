"""Where whose order it is may be looked up: one module per place, each finder takes an Inquiry and gives a Finding."""
