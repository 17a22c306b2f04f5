"""What people submit, checked on the server against the form the browser showed."""

from server.work.forms.compiled import Form, compile_form
from server.work.forms.incoming import chosen
from server.work.forms.load import load
from server.work.forms.situation import Attached, Documents

__all__ = ["Attached", "Documents", "Form", "chosen", "compile_form", "load"]
