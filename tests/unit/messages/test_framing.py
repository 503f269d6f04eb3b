import pytest
from lxml import etree
from tests.unit.messages import instructions as made

from comity.messages import MessageReader, ReadMessage
from comity.messages.framing import FRAME_BYTES_MAX
from comity.messages.interchange import Interchange, open_interchange
from comity.payments.reasons import Reason


def one(number: int = 1, /, **parts: str) -> bytes:
    identifier = f"<BizMsgIdr>B{number}</BizMsgIdr>"
    head = made.header(**{"BizMsgIdr": identifier, **parts})
    return made.message(made.transaction(number), wrapper=[head])


@pytest.fixture
def reader() -> MessageReader:
    """Give a reader that has met the frame of `one`."""
    reader = made.reader()
    assert reader.read("m.xml", one()).fault is Reason.NONE
    return reader


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that grows with every message that is parsed."""
    lengths: list[int] = []

    def counted(data: bytes, parser: etree.XMLParser) -> Interchange:
        lengths.append(len(data))
        return open_interchange(data, parser)

    monkeypatch.setattr("comity.messages.reading.open_interchange", counted)
    return lengths


def read_anew(data: bytes) -> ReadMessage:
    """Return the message as a reader reads it that has met nothing."""
    return made.reader().read("m.xml", data)


def test_a_frame_that_was_met_is_not_parsed_again(reader: MessageReader, parsed: list[int]) -> None:
    read = reader.read("m.xml", one(2))
    assert not parsed
    assert read == read_anew(one(2))
    assert reader.read("m.xml", one(3).replace(b"><", b">\r\n <")).payments == (
        read_anew(one(3)).payments
    )
    assert len(parsed) == 2


@pytest.mark.parametrize(
    "parts",
    [
        {"MsgDefIdr": "<MsgDefIdr>pacs.009.001.08</MsgDefIdr>"},
        {"CreDt": "<CreDt>2026-05-25T09:00:00</CreDt>"},
        {"CreDt": "<CreDt>2024-02-29T09:00:00Z</CreDt>"},
        {"CreDt": "<CreDt>2026-02-30T09:00:00Z</CreDt>"},
        {"BizMsgIdr": "<BizMsgIdr>A  B</BizMsgIdr>"},
        {"BizMsgIdr": "<BizMsgIdr> B</BizMsgIdr>"},
        {"BizMsgIdr": "<BizMsgIdr>A&amp;B</BizMsgIdr>"},
        {"BizMsgIdr": "<BizMsgIdr>A&#66;</BizMsgIdr>"},
        {"BizMsgIdr": "<BizMsgIdr>A>B</BizMsgIdr>"},
        {"BizMsgIdr": "<BizMsgIdr></BizMsgIdr>"},
        {"BizMsgIdr": '<BizMsgIdr x="1">B</BizMsgIdr>'},
        {"BizMsgIdr": "<BizMsgIdr>B</BizMsgIdr><BizMsgIdr>B</BizMsgIdr>"},
        {"Fr": f"<Fr>{made.agent('FIId', 'BBBBKG20XXX')}</Fr>"},
    ],
)
def test_another_text_in_a_frame_is_judged_as_if_it_were_the_first(
    reader: MessageReader, parts: dict[str, str]
) -> None:
    read, anew = reader.read("m.xml", one(2, **parts)), read_anew(one(2, **parts))
    assert read == anew


def test_a_frame_with_texts_of_a_wrapper_is_parsed_every_time(parsed: list[int]) -> None:
    reader = made.reader()
    for number in (1, 2):
        data = made.message(wrapper=["<Note>MSG1</Note>", made.header()])
        assert reader.read("m.xml", data) == read_anew(data)
        assert len([one for one in parsed if one == len(data)]) == 2 * number


def test_a_long_frame_is_not_kept(parsed: list[int]) -> None:
    reader, blank = made.reader(), "<x>" + " " * FRAME_BYTES_MAX + "</x>"
    data = made.message(wrapper=[blank])
    for number in (1, 2):
        assert reader.read("m.xml", data).fault is Reason.NONE
        assert parsed.count(len(data)) == number
