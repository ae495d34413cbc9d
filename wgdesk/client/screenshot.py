"""A picture of the screen, or a part of it that the person chooses, through the desktop's portal."""

from wgdesk.domain.profile_errors import ScreenshotRefused


async def take_screenshot() -> bytes:
    """The picture file's content; the file that the desktop left is gone afterwards.

    Raises:
        ScreenshotRefused: There is no portal, the person said no, or the picture cannot be read.
    """
    raise ScreenshotRefused("it is not made yet")
