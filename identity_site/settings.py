"""Settings, read from the environment once at start. `docs/reference/settings.md` lists every variable.

Without `DATABASE_URL` the program brings its own PostgreSQL, in the folder `DATA_DIR`; there it also keeps the keys it
generates. With `DATABASE_URL` nothing is generated: a missing key is a sentence.
"""

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import django_stubs_ext
import pghistory
from babel.numbers import list_currencies
from django.core.exceptions import ImproperlyConfigured
from phonenumbers import SUPPORTED_REGIONS

from identity_site import environment
from identity_site.database import database_from_url, embedded_database
from identity_site.logs import logging_configuration
from identity_site.mail_server import mail_from_url, mail_into_files
from identity_site.panel import PANEL
from identity_site.secret_files import generated_secret

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("DATA_DIR", default=BASE_DIR / ".data")
DEBUG = environment.boolean("DEBUG", default=False)

DATABASE_URL = environment.text("DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {
    "default": database_from_url(DATABASE_URL) if DATABASE_URL else embedded_database(DATA_DIR)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def secret(name: str) -> str:
    """The key of that name: from the environment, else (embedded database only) generated into the data folder."""
    value = environment.text(name)
    if value:
        return value
    if DATABASE_URL:
        raise ImproperlyConfigured(f"{name} must be set where DATABASE_URL is. Fifty random characters do.")
    return generated_secret(DATA_DIR / name.lower())


SECRET_KEY = secret("SECRET_KEY")
# Keys the hashes of e-mail addresses and phone numbers in receipts; receipts name the id of the key that made them.
RECEIPT_KEY = secret("RECEIPT_KEY")
RECEIPT_KEY_ID = environment.text("RECEIPT_KEY_ID", "1")

ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
INTERNAL_IPS: list[str] = []

INSTALLED_APPS = [
    "identity_site",
    "integrations",
    "orders",
    "accounts",
    "customers",
    "storefronts",
    "interface",
    "events",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "identity_site.admin_site.PanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "mptt",
    "pghistory",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "interface.api.context.RequestContextMiddleware",
    # Before whatever may refuse: a page reads why only from an answer with these headers.
    "storefronts.api.cross_origin.StorefrontOriginsMiddleware",
    "interface.api.guards.RefuseUnusableMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "identity_site.staff_door.StaffDoorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "interface.api.context.StaffActorMiddleware",
    "accounts.api.storefront.middleware.ActingAccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Mail goes to the server of MAIL_URL; without one into files of the data folder, to be looked at.
MERCHANT_NAME = environment.text("MERCHANT_NAME", "B2B Customer Identity")
MAIL_URL = environment.text("MAIL_URL")
MAIL_SETTINGS = mail_from_url(MAIL_URL) if MAIL_URL else mail_into_files(DATA_DIR / "mail")
EMAIL_BACKEND = MAIL_SETTINGS["backend"]
EMAIL_FILE_PATH = MAIL_SETTINGS.get("folder")
EMAIL_HOST = MAIL_SETTINGS.get("host", "")
EMAIL_PORT = MAIL_SETTINGS.get("port", 25)
EMAIL_HOST_USER = MAIL_SETTINGS.get("user", "")
EMAIL_HOST_PASSWORD = MAIL_SETTINGS.get("password", "")
EMAIL_USE_TLS = MAIL_SETTINGS.get("starttls", False)
EMAIL_USE_SSL = MAIL_SETTINGS.get("tls", False)
EMAIL_TIMEOUT = environment.integer("MAIL_TIMEOUT", default=10, minimum=1)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("MAIL_FROM", "customers@localhost")
# Whom staff reach with a support request; blank: nobody, it is only listed.
SUPPORT_EMAIL = environment.text("SUPPORT_EMAIL")
# A folder whose templates (mail/…) are taken instead of ours.
MAIL_TEMPLATES = environment.text("MAIL_TEMPLATES")

ROOT_URLCONF = "identity_site.urls"
WSGI_APPLICATION = "identity_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*([Path(MAIL_TEMPLATES)] if MAIL_TEMPLATES else []), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "customers.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["customers.sign_in.backends.StaffBackend", "customers.sign_in.backends.ShopperBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_ENGINE = "customers.sign_in.sessions"
# Of staff; shoppers' sessions last longer, see customers/sign_in/adapters.py.
SESSION_COOKIE_AGE = 12 * 60 * 60
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# An initial password that was never used ends so many days after it could first have been used.
INITIAL_PASSWORD_DAYS = environment.integer("INITIAL_PASSWORD_DAYS", default=14, minimum=1)
STAFF_MFA_REQUIRED = environment.boolean("STAFF_MFA_REQUIRED", default=False)

# django-allauth: sign-in of shoppers through the API, of staff through pages; docs/decisions/0008-sign-in.md.
ACCOUNT_ADAPTER = "customers.sign_in.adapters.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "customers.links.PasswordLinkTokens"  # noqa: S105 -- a class
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
HEADLESS_ADAPTER = "customers.sign_in.adapters.ShopperAnswers"
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "customers.sign_in.sessions.SessionTokens"  # noqa: S105 -- a class
MFA_ADAPTER = "customers.sign_in.adapters.EncryptedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "B2B Customer Identity"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
# How many proxies stand before us; the last so many entries of X-Forwarded-For are theirs.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.integer("TRUSTED_PROXIES", default=0)
# Attempts are counted here, by all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.known("TIME_ZONE", default="UTC", names=available_timezones(), example="Europe/Berlin")
USE_I18N = True
USE_TZ = True
# Phones of objects without a storefront are read as numbers of this region (ISO 3166-1 alpha-2).
DEFAULT_REGION = environment.known("DEFAULT_REGION", default="US", names=SUPPORTED_REGIONS, example="US")
DEFAULT_CURRENCY = environment.known("DEFAULT_CURRENCY", default="USD", names=list_currencies(), example="USD")

STATIC_URL = "static/"
# Where `collectstatic` puts files for a server in front; without it this program serves them from where they lie.
STATIC_ROOT = environment.folder("STATIC_ROOT", default=BASE_DIR) if environment.text("STATIC_ROOT") else None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]

# Behind a proxy that ends TLS: HTTPS=true turns on redirects, HSTS and secure cookies.
HTTPS = environment.boolean("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# No inline script or style of ours. The panel alone is given more, see `identity_site/admin_site.py`.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Which pages of browsers may read answers: storefronts/api/cross_origin.py. API keys do not belong into browsers.
CORS_URLS_REGEX = r"^/api/v1/storefront/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
CORS_ALLOW_HEADERS = [
    "content-type", "idempotency-key", "if-match", "x-account-shared-id", "x-ep-account-shared-id",
    "x-password-reset-key", "x-request-id", "x-session-token", "x-storefront",
]  # fmt: skip
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "Retry-After", "X-Acting-Account", "X-Request-ID"]
CORS_PREFLIGHT_MAX_AGE = 600

# How much one shopper may ask in a minute, and how much of it may write; customers/api/throttling.py.
STOREFRONT_REQUESTS_PER_MINUTE = environment.integer("STOREFRONT_REQUESTS_PER_MINUTE", default=600, minimum=1)
STOREFRONT_WRITES_PER_MINUTE = environment.integer("STOREFRONT_WRITES_PER_MINUTE", default=120, minimum=1)

REST_FRAMEWORK = {
    # Each covers addresses of its own; the first one guards whatever stands under /storefront.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.storefront.authentication.ActingAuthentication",
        "storefronts.api.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["storefronts.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["customers.api.throttling.ShopperThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["interface.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "interface.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "interface.api.schema.DescribedSchema",
    "EXCEPTION_HANDLER": "interface.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# The largest body any request may have, in bytes; a longer one is refused with 413 before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = environment.integer("MAX_BODY_BYTES", default=5 * 1024 * 1024, minimum=1024)

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "B2B Customer Identity",
    "DESCRIPTION": "Whose order is this, whom may this person buy for, at which price, paying how.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AmbiguousEnum": "storefronts.policy.Ambiguous",
        "CustomerKindEnum": "customers.models.CustomerKind",
        "AttributeTypeEnum": "customers.attributes.Type",
        "SubjectEnum": "customers.attributes.Subject",
        "VisibilityEnum": "customers.attributes.Visibility",
        "OrderKindEnum": "orders.words.OrderKind",
        "OutcomeEnum": "orders.words.Outcome",
        "ReasonEnum": "orders.words.Reason",
        "CautionEnum": "orders.words.Caution",
        "NotToBeHadEnum": "orders.cart_contents.NotToBeHad",
        "StepResultEnum": "orders.words.StepResult",
        "OrderStatusEnum": "orders.models.OrderStatus",
        "AccountStatusEnum": "accounts.models.AccountStatus",
        "ContactTypeEnum": "accounts.models.ContactType",
        "PermissionEnum": "accounts.permissions.Permission",
        "PriceListKindEnum": "accounts.price_lists.PriceListKind",
        "LackEnum": "accounts.readiness.Lack",
        "SourceEnum": "accounts.inheritance.Source",
        "PriceListReasonEnum": "accounts.price_lists.Why",
        "PaymentReasonEnum": "accounts.payment_visibility.Why",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "customers.sign_in.described.add_sign_in",
        "interface.api.schema.add_problem_responses",
        "accounts.api.storefront.described.describe_storefront",
    ],
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# One JSON column per history row (who, why, request id), not a shared context table that every write would upsert.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey()

UNFOLD = PANEL
LOG_LEVEL = environment.choice("LOG_LEVEL", default="INFO", allowed=["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logging_configuration(level=LOG_LEVEL)
