"""What can fail while profiles are imported, kept and given away; beside errors.py, which is full.

ClientError
  PictureRefused     a picture has no QR code that could be read
  ScreenshotRefused  the desktop gave no picture of the screen
"""

from wgdesk.domain.errors import ClientError


class PictureRefused(ClientError):
    code = "PictureRefused"

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy

    def __str__(self) -> str:
        return self.why


class ScreenshotRefused(ClientError):
    code = "ScreenshotRefused"
    remedy = "Save a picture of it with the desktop's own program, and import that file."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"there is no picture of the screen: {self.why}"
