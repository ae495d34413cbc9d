import threading

from wgdesk.client.own_file import OwnFile


def test_two_changes_at_once_are_both_kept(tmp_path):
    """A window writes from several threads."""
    file = OwnFile(tmp_path / "own.json")
    second = threading.Thread(target=file.change, args=(lambda document: {**document, "b": 2},))

    def slowly(document):
        second.start()
        second.join(0.3)  # it has its time to come in between
        return {**document, "a": 1}

    file.change(slowly)
    second.join()
    assert file.read() == {"v": 1, "a": 1, "b": 2}
