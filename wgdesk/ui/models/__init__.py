"""Qt models over immutable snapshots; a model asks nobody anything."""
