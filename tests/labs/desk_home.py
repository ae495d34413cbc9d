"""The home of lab desk's user: a panel with nothing but a tray, notifications that are written down."""

from pathlib import Path
from typing import Final

PANEL_PX: Final = 32
NOTIFICATION_LOG: Final = "notifications"
CHOICE: Final = "chosen-button"

_PANEL: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{size}"/>
      <property name="icon-size" type="uint" value="24"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="known-legacy-items" type="array"/>
      <property name="known-items" type="array"/>
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""
_DUNST: Final = """\
[global]
    font = DejaVu Sans 10
    origin = top-right
    offset = 12x48
    width = 360
    timeout = 20
    dmenu = {choose}
[log_everything]
    summary = "*"
    script = {script}
"""
# Stands for the menu in which a person picks a button: the one whose label is in the file.
_CHOOSE_SCRIPT: Final = """\
#!/bin/sh
grep -F -m 1 "#$(cat {choice}) "
"""
# One record a line; US and RS cannot be in a notification that dunst shows.
_LOG_SCRIPT: Final = """\
#!/bin/sh
printf '%s\\037%s\\037%s\\036' "$DUNST_APP_NAME" "$DUNST_SUMMARY" "$DUNST_BODY" >>{log}
"""


def furnish(home: Path) -> None:
    config_dir = home / ".config"
    panel_dir = config_dir / "xfce4/xfconf/xfce-perchannel-xml"
    for folder in (panel_dir, config_dir / "dunst"):
        folder.mkdir(parents=True)
    (panel_dir / "xfce4-panel.xml").write_text(_PANEL.format(size=PANEL_PX), encoding="utf-8")
    log_text = _LOG_SCRIPT.format(log=home / NOTIFICATION_LOG)
    script = _write_script(home / "log-notification", log_text)
    choose = _write_script(home / "choose-button", _CHOOSE_SCRIPT.format(choice=home / CHOICE))
    rules = _DUNST.format(script=script, choose=choose)
    (config_dir / "dunst/dunstrc").write_text(rules, encoding="utf-8")


def _write_script(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path
