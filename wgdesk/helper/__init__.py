"""The root process: who may ask for what, the D-Bus face of the engine, and its lifetime.

Everything that arrives is parsed again and authorised by polkit before the engine hears of it;
no path a user names is opened here.
"""

import sys

# dbus-next takes GLib in wherever it finds it; root does without that much foreign code.
sys.modules.setdefault("gi", None)  # type: ignore[arg-type]  # None forbids the import
