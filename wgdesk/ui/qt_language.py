"""Qt's side of the language: the texts of its own dialogs and menus, and the reading direction."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from wgdesk.ui.language import ENGLISH


def set_language(app: QApplication, code: str) -> None:
    """Before the first widget is made; `code` as `language.choose` returns it."""
    app.setLayoutDirection(QLocale(code).textDirection())
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if code != ENGLISH and translator.load(f"qtbase_{code}", folder):
        app.installTranslator(translator)
