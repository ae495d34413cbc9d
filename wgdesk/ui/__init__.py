"""The Qt face: tray icon, windows, the models behind them, and the words on the screen.

A line belongs here when it needs a widget. Snapshots come in, orders go out over one bridge.
"""
