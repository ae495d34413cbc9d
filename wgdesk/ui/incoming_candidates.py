"""Profiles out of what was dropped or pasted; on a thread, for a picture takes its time."""

from collections.abc import Iterable

from PySide6.QtGui import QImage

from wgdesk.client import gathering
from wgdesk.domain.import_report import Candidate
from wgdesk.ui.incoming import Incoming
from wgdesk.ui.language import tr


def produce_from(incoming: Incoming) -> Iterable[Candidate]:
    """Blocking; nothing for what holds nothing."""
    if incoming.paths:
        return gathering.gather(incoming.paths)
    if incoming.text:
        return (gathering.from_text(incoming.text, tr("pasted text")),)
    if incoming.picture:
        return gathering.from_bytes(incoming.picture, tr("pasted picture"))
    return _from_image(incoming.image) if incoming.image is not None else ()


def _from_image(image: QImage) -> tuple[Candidate, ...]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return gathering.from_pixels(
        bytes(grey.constBits()),
        grey.width(),
        grey.height(),
        grey.bytesPerLine(),
        tr("pasted picture"),
    )
