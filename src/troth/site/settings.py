"""Django's settings, all of them from the environment; without any the desk runs from the folder `var`.

| variable | says |
|---|---|
| TROTH_VAR | the data folder (database, outbox, files, secret key); `var` where the command was started |
| TROTH_SECRET_KEY | the key that signs sessions and addresses; else one is made in the data folder |
| DATABASE_URL | PostgreSQL instead of SQLite, e.g. `postgresql://troth@db/troth` |
| TROTH_URL | where people reach the desk; links in mails begin so |
| TROTH_HOSTS | further host names it answers to, with commas between |
| TROTH_HTTPS | `1` when it is reached by HTTPS only: secure cookies, HSTS |
| TROTH_PROXIES | servers in front whose `X-Forwarded-For` is believed: addresses, networks, `unix` |
| TROTH_SECOND_FACTOR | `1` when nobody works at a desk without a passkey or an app with codes |
| TROTH_SCANNER | a command that looks for harm in the file on its standard input: 0 clean, 1 harmful, else held |
| TROTH_SECRET_KEY_OLD | the key before this one: still opens what it sealed and signed |
| TROTH_SMTP_URL | the mail server, e.g. `smtp+starttls://user:password@mail.example:587` |
| TROTH_POLICIES | the folder of policy files; `policies` where the command was started |
| TROTH_DEMO | `1` on a desk made to be shown: mails stay here and can be read on /outbox |
| TROTH_DEBUG | `1` shows errors with their code; never where others can reach it |
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from troth.site.places import data_folder, networks, secret_key


def is_on(name: str) -> bool:
    """Whether the environment switches `name` on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


VAR = data_folder()
SECRET_KEY = secret_key(VAR)
SECRET_KEY_FALLBACKS = list(filter(None, [os.environ.get("TROTH_SECRET_KEY_OLD")]))
DEBUG = is_on("TROTH_DEBUG")
TROTH_DEMO = is_on("TROTH_DEMO")
TROTH_URL = os.environ.get("TROTH_URL", "http://127.0.0.1:8000").rstrip("/")
TROTH_POLICIES = Path(os.environ.get("TROTH_POLICIES") or Path.cwd() / "policies").absolute()

ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, [urlsplit(TROTH_URL).hostname]),
    *filter(None, (host.strip() for host in os.environ.get("TROTH_HOSTS", "").split(","))),
]

# --- rooms -----------------------------------------------------------------------------------------

ROOMS: tuple[str, ...] = ("journal", "people", "products", "customers", "desk")
# These come and go with the version; one that is not there is left out.
ROOMS += tuple(
    room
    for room in ("faces", "knowledge", "mail", "portal", "workspace", "lab", "api")
    if find_spec(f"troth.{room}") and find_spec(f"troth.{room}.apps")
)
INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "heroicons",
    *(f"troth.{room}" for room in ROOMS),
    "troth.site",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "troth.site.headers.SaysNo",
    "troth.site.logs.RequestLog",  # first, so that it sees what all the others answer
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # after those two, so that files too carry what they say
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    *(["troth.portal.account.NeedsFactor", "troth.portal.look_ups.LookUps"] if "portal" in ROOMS else []),
]
ROOT_URLCONF = "troth.site.urls"
WSGI_APPLICATION = "troth.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["troth.faces.context.faces"] if "faces" in ROOMS else []),
            ],
        },
    },
]

# --- database --------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.config(conn_max_age=60, conn_health_checks=True)}
    # Who waits for a lock longer than on SQLite hears of it, and asks again later. Words of DATABASE_URL come first.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=30s")
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(VAR / "troth.sqlite3"),
            "OPTIONS": {
                # A writer takes its turn at BEGIN; else two readers who both want to write collide.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # With synchronous=NORMAL a commit is acknowledged before the log is on the disk.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }

# --- people ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
# An address is unique in any spelling of case: a constraint on Lower(email), which Django's check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/sign-in"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# allauth keeps second factors and asks for them; the first (a password, a mailed link) is ours, and so are the limits.
TROTH_SECOND_FACTOR = is_on("TROTH_SECOND_FACTOR")
TROTH_PROXIES = networks(os.environ.get("TROTH_PROXIES", ""))
ACCOUNT_ADAPTER = "troth.people.second_factor.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "troth.people.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "troth.people.second_factor.CodeForm",
    "reauthenticate": "troth.people.second_factor.CodeAgainForm",
    "activate_totp": "troth.people.second_factor.FirstCodeForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: a minute and a half in all

# --- language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- what a browser may do -------------------------------------------------------------------------

IS_HTTPS = is_on("TROTH_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A name that begins so is taken by browsers only over HTTPS, from this host, for all paths: no neighbour can set it.
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrftoken"
SECURE_SSL_REDIRECT = False  # the server in front does that
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [TROTH_URL]
if "portal" in ROOMS:
    CSRF_FAILURE_VIEW = "troth.portal.errors.forged"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from where the rooms keep them: no step to collect them first
MEDIA_ROOT = VAR / "media"
TROTH_SCANNER = os.environ.get("TROTH_SCANNER", "").strip()
MEDIA_URL = ""  # an attachment is only ever handed out by a view that asks who is reading
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- mail ------------------------------------------------------------------------------------------

TROTH_OUTBOX = VAR / "outbox"
TROTH_SMTP_URL = os.environ.get("TROTH_SMTP_URL", "")
EMAIL_TIMEOUT = 30
if TROTH_SMTP_URL:
    _server = urlsplit(TROTH_SMTP_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _server.hostname or "localhost"
    EMAIL_HOST_USER = unquote(_server.username or "")
    EMAIL_HOST_PASSWORD = unquote(_server.password or "")
    EMAIL_USE_SSL = _server.scheme == "smtps"
    EMAIL_USE_TLS = _server.scheme == "smtp+starttls"
    EMAIL_PORT = _server.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = TROTH_OUTBOX

# --- jobs ------------------------------------------------------------------------------------------

# Kept by django-tasks-db, done by `troth worker` alone: troth.journal.jobs says why.
# How long the worker may be silent before the desk counts as not ready, in seconds.
TROTH_WORKER_SILENCE = float(os.environ.get("TROTH_WORKER_SILENCE") or 120)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["mail", "house"]}}

# --- log -------------------------------------------------------------------------------------------

LOG_FORMAT = os.environ.get("TROTH_LOG_FORMAT") or ("line" if sys.stderr.isatty() else "json")
if LOG_FORMAT not in {"json", "line"}:
    raise ImproperlyConfigured(f"TROTH_LOG_FORMAT is {LOG_FORMAT!r}: say json or line, or leave it out.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "troth.site.logs.Lines", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "troth.site.logs.Json"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "troth": {"level": os.environ.get("TROTH_LOG_LEVEL", "INFO").upper()},
        "django.request": {"level": "ERROR"},  # what it warns of has its line already, without its address
    },
}
