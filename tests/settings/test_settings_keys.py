"""Every key of scrubber.toml outside the profiles: what it gives, and how a wrong one is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.errors import SettingsError
from scrubber.settings.load import load_settings
from scrubber.settings.settings import Settings, Watch

Load = Callable[..., Settings]
Refusal = Callable[..., str]


def test_defaults_without_a_file() -> None:
    settings = load_settings(None, known_rules=())
    assert settings.select == ("U", "M", "N", "C", "E", "G")
    assert settings.ignore == ()
    assert settings.fix == "safe"
    assert settings.conformance == "full"
    assert settings.timezone is None
    assert settings.max_bytes == 2_000_000_000
    assert settings.records_paths == ()
    assert settings.watch == Watch()
    assert settings.waivers == ()
    assert settings.file is None


def test_an_empty_file_changes_nothing_but_where_folders_are(load: Load, tmp_path: Path) -> None:
    settings = load("")
    default = load_settings(None, known_rules=())
    assert settings.payers == default.payers
    assert settings.origins == default.origins
    assert settings.file == str(tmp_path / "scrubber.toml")
    assert settings.watch.inbox == tmp_path / "inbox"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ('select = ["U", "M201"]', "select", ("U", "M201")),
        ('ignore = ["N", "C405"]', "ignore", ("N", "C405")),
        ('fix = "none"', "fix", "none"),
        ('fix = "unsafe"', "fix", "unsafe"),
        ('conformance = "full"', "conformance", "full"),
        ('conformance = "off"', "conformance", "off"),
        ('timezone = "America/Chicago"', "timezone", "America/Chicago"),
        ("max-bytes = 1", "max_bytes", 1),
        ("max-bytes = 2_000", "max_bytes", 2000),
        ('[records]\npaths = ["records/*.csv", "/srv/notes"]', "records_paths", ("records/*.csv", "/srv/notes")),
    ],
)
def test_a_key_gives_its_value(load: Load, text: str, field: str, value: object) -> None:
    assert getattr(load(text), field) == value


def test_every_key_of_watch(load: Load, tmp_path: Path) -> None:
    settings = load(
        '[watch]\ninbox = "in"\noutbox = "/srv/out"\nheld = "h"\nreports = "r"\narchive = "a"\nfailed = "f"\n'
        'state = "s.db"\nscan-seconds = 0.5\nquiet-seconds = 0\nincomplete-minutes = 5\nrecords-wait-seconds = 90\n'
        "done-companion = true\nstuck-minutes = 7\nworker-seconds = 60\nworker-megabytes = 512\nmetrics-port = 9837\n"
        'metrics-file = "m.prom"\naudit-log = "a.jsonl"\nledger = "l.db"\n'
    )
    assert settings.watch == Watch(
        inbox=tmp_path / "in",
        outbox=Path("/srv/out"),
        held=tmp_path / "h",
        reports=tmp_path / "r",
        archive=tmp_path / "a",
        failed=tmp_path / "f",
        state=tmp_path / "s.db",
        scan_seconds=0.5,
        quiet_seconds=0,
        incomplete_minutes=5,
        records_wait_seconds=90,
        done_companion=True,
        stuck_minutes=7,
        worker_seconds=60,
        worker_megabytes=512,
        metrics_port=9837,
        metrics_file=tmp_path / "m.prom",
        audit_log=tmp_path / "a.jsonl",
        ledger=tmp_path / "l.db",
    )


def test_defaults_of_watch() -> None:
    watch = Watch()
    assert (watch.scan_seconds, watch.quiet_seconds, watch.incomplete_minutes, watch.records_wait_seconds) == (
        1,
        10,
        60,
        0,
    )
    assert watch.state == Path("state/watch.db")
    assert watch.audit_file == Path("state/audit.jsonl")
    assert (watch.done_companion, watch.stuck_minutes, watch.metrics_port, watch.metrics_file) == (
        False,
        30,
        None,
        None,
    )
    assert (watch.worker_seconds, watch.worker_megabytes) == (3600, 4096)


def test_a_pyproject_is_read_by_its_section(load: Load) -> None:
    assert load('[tool.ruff]\nfix = true\n[tool.scrubber]\nfix = "none"\n', "pyproject.toml").fix == "none"


def test_a_pyproject_counts_lines_from_its_own_top(refusal: Refusal) -> None:
    text = '[tool.ruff]\n\n[tool.scrubber]\nfix = "nonne"\n'
    assert refusal(text, "pyproject.toml") == (
        'pyproject.toml, line 4: fix: expected "none", "safe" or "unsafe", got "nonne". Did you mean "none"?'
    )


def test_a_pyproject_without_the_section(refusal: Refusal) -> None:
    assert refusal("[tool.ruff]\n", "pyproject.toml") == (
        "pyproject.toml: there is no section [tool.scrubber]. Add it, or name a scrubber.toml."
    )


def test_a_pyproject_whose_section_is_no_table(refusal: Refusal) -> None:
    assert refusal("[tool]\nscrubber = 1\n", "pyproject.toml") == (
        "pyproject.toml, line 2: tool.scrubber: expected a table [tool.scrubber]."
    )


def test_a_byte_order_mark_is_no_fault(load: Load) -> None:
    assert load('\ufefffix = "none"\n').fix == "none"


KNOWN = "select, ignore, fix, conformance, timezone, max-bytes, records, tables, payers, watch"
SELECTION = 'a list of rules and families, such as ["U", "M201"]'
LISTS = "Families are U, M, N, C, E, G; `scrubber rules` lists the rules."
ALWAYS = "envelope (E), guide (G) and internal (I) findings always count. Take it out."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # unknown keys
        ('selct = ["U"]', '1: selct: unknown key. Did you mean "select"?'),
        ("max_bytes = 5", '1: max_bytes: unknown key. Did you mean "max-bytes"?'),
        ("Fix = 1", '1: Fix: unknown key. Did you mean "fix"?'),
        ("zzz = 1", f"1: zzz: unknown key. Known here: {KNOWN}."),
        ('"two words" = 1', f'1: "two words": unknown key. Known here: {KNOWN}.'),
        ('[payer.acme]\nextends = "va"', '1: payer: unknown key. Did you mean "payers"?'),
        ("[records]\n\npath = []", '3: records.path: unknown key. Did you mean "paths"?'),
        ("[watch]\nquiet-second = 3", '2: watch.quiet-second: unknown key. Did you mean "quiet-seconds"?'),
        # wrong kinds
        ('select = "U"', f'1: select: expected {SELECTION}, got "U".'),
        ('select = [\n "U",\n 5,\n]', f"3: select: expected {SELECTION}, but it holds 5."),
        ("ignore = [[]]", f"1: ignore: expected {SELECTION}, but it holds a list of 0."),
        ("fix = true", '1: fix: expected "none", "safe" or "unsafe", got true.'),
        ('fix = "save"', '1: fix: expected "none", "safe" or "unsafe", got "save". Did you mean "safe"?'),
        ('fix = "zz"', '1: fix: expected "none", "safe" or "unsafe", got "zz".'),
        (
            'conformance = "ful"',
            '1: conformance: expected "full", "changed" or "off", got "ful". Did you mean "full"?',
        ),
        ("timezone = 6", '1: timezone: expected the name of a time zone, such as "America/Chicago", got 6.'),
        (
            'timezone = ""',
            '1: timezone: expected the name of a time zone, such as "America/Chicago", got an empty text.',
        ),
        ('max-bytes = "2 GB"', '1: max-bytes: expected a number of bytes, 1 or more, got "2 GB".'),
        ("max-bytes = 0", "1: max-bytes: expected a number of bytes, 1 or more, got 0."),
        ("max-bytes = 2e9", "1: max-bytes: expected a number of bytes, 1 or more, got 2000000000.0."),
        ("max-bytes = true", "1: max-bytes: expected a number of bytes, 1 or more, got true."),
        ("max-bytes = 2026-01-01", "1: max-bytes: expected a number of bytes, 1 or more, got 2026-01-01."),
        ('records = "records"', '1: records: expected a table, got "records".'),
        (
            '[records]\npaths = "records"',
            '2: records.paths: expected a list of paths, such as ["records/*.csv"], got "records".',
        ),
        (
            '[records]\npaths = [""]',
            '2: records.paths: expected a list of paths, such as ["records/*.csv"], but it holds an empty text.',
        ),
        ("payers = []", "1: payers: expected a table, got a list of 0."),
        ("watch = 1", "1: watch: expected a table, got 1."),
        ("[watch]\ninbox = 1", "2: watch.inbox: expected the path of a folder, got 1."),
        ('[watch]\nstate = ""', "2: watch.state: expected the path of a file, got an empty text."),
        ("[watch]\nscan-seconds = 0", "2: watch.scan-seconds: expected a number above 0, got 0."),
        ("[watch]\nscan-seconds = nan", "2: watch.scan-seconds: expected a number above 0, got nan."),
        ("[watch]\nscan-seconds = inf", "2: watch.scan-seconds: expected a number above 0, got inf."),
        (
            "[watch]\nmetrics-port = 70000",
            "2: watch.metrics-port: expected the number of a TCP port, 1 to 65535, got 70000.",
        ),
        (
            "[watch]\nworker-megabytes = 0",
            "2: watch.worker-megabytes: expected a number of megabytes, 1 or more, got 0.",
        ),
        ("[watch]\nquiet-seconds = -1", "2: watch.quiet-seconds: expected a number, 0 or more, got -1."),
        ('[watch]\nincomplete-minutes = "5"', '2: watch.incomplete-minutes: expected a number above 0, got "5".'),
        (
            "[watch]\nrecords-wait-seconds = false",
            "2: watch.records-wait-seconds: expected a number, 0 or more, got false.",
        ),
        # words that are of the right kind and still unknown
        ('select = ["U1O1"]', '1: select: unknown rule or family "U1O1". Did you mean "U101"?'),
        ('select = ["U",\n"u101"]', '2: select: unknown rule or family "u101". Did you mean "U101"?'),
        ('select = ["u"]', '1: select: unknown rule or family "u". Did you mean "U"?'),
        ('select = ["X"]', f'1: select: unknown rule or family "X". {LISTS}'),
        ('select = ["I"]', f'1: select: unknown rule or family "I". {LISTS}'),
        ('ignore = ["zzzzzz"]', f'1: ignore: unknown rule or family "zzzzzz". {LISTS}'),
        ('ignore = ["E"]', f'1: ignore: "E" cannot be ignored: {ALWAYS}'),
        ('ignore = ["G"]', f'1: ignore: "G" cannot be ignored: {ALWAYS}'),
        ('ignore = ["I"]', f'1: ignore: "I" cannot be ignored: {ALWAYS}'),
        ('ignore = ["U101",\n"E501"]', f'2: ignore: "E501" cannot be ignored: {ALWAYS}'),
        ('ignore = ["G601"]', f'1: ignore: "G601" cannot be ignored: {ALWAYS}'),
        ('ignore = ["I001"]', f'1: ignore: "I001" cannot be ignored: {ALWAYS}'),
        (
            '\ntimezone = "America/Chicgo"',
            '2: timezone: unknown time zone "America/Chicgo". Did you mean "America/Chicago"?',
        ),
        ('timezone = "../../etc"', '1: timezone: unknown time zone "../../etc". Take one such as "America/Chicago".'),
        (
            '[watch]\ninbox = "box"\nheld = "./box/"',
            "3: watch.held: is the same folder as watch.inbox. Every folder has one use.",
        ),
        (
            '[watch]\ninbox = "outbox"',
            "2: watch.inbox: is the same folder as watch.outbox. Every folder has one use.",
        ),
    ],
)
def test_a_wrong_value_is_refused(refusal: Refusal, text: str, message: str) -> None:
    assert refusal(text) == f"scrubber.toml, line {message}"


def test_the_first_fault_in_the_file_is_named(refusal: Refusal) -> None:
    assert refusal("max-bytes = 0\nselct = 1\n").startswith("scrubber.toml, line 1: max-bytes:")
    assert refusal("selct = 1\nmax-bytes = 0\n").startswith("scrubber.toml, line 1: selct:")


def test_a_number_of_thousands_of_digits_is_refused(refusal: Refusal) -> None:
    hexadecimal = f"fix = 0x{'f' * 5000}"
    assert refusal(hexadecimal) == (
        'scrubber.toml, line 1: fix: expected "none", "safe" or "unsafe", got a number beyond all use.'
    )
    assert refusal(f"max-bytes = {'9' * 5000}").startswith("scrubber.toml: not valid TOML: ")


def test_text_that_is_no_toml(refusal: Refusal) -> None:
    assert refusal("fix = safe") == "scrubber.toml: not valid TOML: Invalid value (at line 1, column 7)."
    assert refusal("fix = 'safe'\nfix = 'none'").startswith("scrubber.toml: not valid TOML: Cannot overwrite a value")
    assert refusal("a = " + "[" * 20_000) == "scrubber.toml: nested too deeply to be settings."


@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a" = ', "}")])
def test_no_depth_of_nesting_gives_a_traceback(refusal: Refusal, opens: str, closes: str) -> None:
    for depth in range(100, 600, 7):
        value = f"{opens * depth}1{closes * depth}"
        assert refusal(f"fix = {value}").startswith("scrubber.toml")
        assert refusal(f"[payers.acme]\nseverity.U101 = {value}").startswith("scrubber.toml")
        assert refusal(f"[[waiver]]\nrule = {value}").startswith("scrubber.toml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "scrubber.toml"
    path.write_bytes(b'fix = "\xff"')
    with pytest.raises(SettingsError) as caught:
        load_settings(path, known_rules=())
    assert str(caught.value) == f"{path}: byte 7 is not UTF-8. Save the file as UTF-8."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "scrubber.toml"
    with pytest.raises(SettingsError) as caught:
        load_settings(path, known_rules=())
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory). Check its name and permissions."


def test_which_rules_run(load: Load) -> None:
    default = load("")
    assert default.runs("U101")
    assert default.runs("G601")
    some = load('select = ["U", "N", "M201"]\nignore = ["N", "U102"]')
    runs = {code: some.runs(code) for code in ("U101", "U102", "M201", "M204", "N301", "C405")}
    assert runs == {"U101": True, "U102": False, "M201": True, "M204": False, "N301": False, "C405": False}


def test_a_code_speaks_before_its_family(load: Load) -> None:
    settings = load('select = ["U101"]\nignore = ["U"]')
    assert settings.runs("U101")
    assert not settings.runs("U102")


def test_a_rule_both_selected_and_ignored_is_ignored(load: Load) -> None:
    assert not load('select = ["U101"]\nignore = ["U101"]').runs("U101")


def test_envelope_guide_and_internal_findings_run_whatever_is_selected(load: Load) -> None:
    settings = load('select = ["U101"]')
    assert all(settings.runs(code) for code in ("E501", "G601", "I001"))
    assert all(load("select = []").runs(code) for code in ("E501", "G601", "I001"))


def test_records_are_looked_for_beside_the_settings(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for name in ("b.csv", "a.csv", "note.txt"):
        (folder / name).write_text("")
    settings = load('[records]\npaths = ["records/*.csv", "more.csv", "none/*.csv", "records"]')
    assert settings.records_files() == (folder / "a.csv", folder / "b.csv", tmp_path / "more.csv", folder)


def test_records_under_a_folder_with_brackets_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "clinic [east]"
    folder.mkdir()
    (folder / "a.csv").write_text("")
    (folder / "b[1].csv").write_text("")
    path = folder / "scrubber.toml"
    path.write_text('[records]\npaths = ["a.*", "b[1].csv"]')
    assert load_settings(path, known_rules=()).records_files() == (folder / "a.csv", folder / "b[1].csv")


def test_records_by_an_absolute_pattern(load: Load, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    assert load(f'[records]\npaths = ["{tmp_path}/*.csv"]').records_files() == (tmp_path / "a.csv",)
