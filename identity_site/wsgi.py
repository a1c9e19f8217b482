"""What the web server serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_site.settings")

application = get_wsgi_application()

# Views are loaded now and not by the first request. Then all that lives as long as the process is taken out of the
# garbage collector's rounds: walking it again and again took a sixth of the time of a bulk of orders.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
