"""Mail: composed from templates in the reader's language, signed, and handed over by SMTP."""

from api.mailer.composing import Attachment, Mail
from api.mailer.files import RecentFiles
from api.mailer.pool import Connections
from api.mailer.sending import MailDelayed, MailRefused, send
from api.mailer.wire import Letter, letter

__all__ = [
    "Attachment",
    "Connections",
    "Letter",
    "Mail",
    "MailDelayed",
    "MailRefused",
    "RecentFiles",
    "letter",
    "send",
]
