import hashlib

from comity.messages.catalogue import LEAF_BY_CODE, LEAF_BY_PATH, LEAVES, Leaf, Screened


def test_codes_and_paths_are_unique() -> None:
    assert len(LEAF_BY_CODE) == len(LEAF_BY_PATH) == len(LEAVES)
    assert all(len(leaf.code) in {2, 3} and leaf.code.isalnum() for leaf in LEAVES)


def test_published_codes_never_change() -> None:
    returns = [leaf for leaf in LEAVES if leaf.code[0] in "ov"]
    transfers = [leaf for leaf in LEAVES if leaf not in returns]
    assert digest_of(transfers) == "895e35a089008e19"
    assert digest_of(returns) == "d0400a054328a14c"


def digest_of(leaves: list[Leaf]) -> str:
    table = "\n".join(f"{leaf.code} {'/'.join(leaf.path)}" for leaf in leaves)
    return hashlib.sha256(table.encode()).hexdigest()[:16]


FREE_TEXTS = {"Ustrd", "AddtlRmtInf", "InstrInf", "AddtlInf", "AdrLine"}


def test_names_identifiers_and_free_texts_are_screened() -> None:
    for leaf in LEAVES:
        if leaf.path[-1] in {"BICFI", "AnyBIC", "LEI", "MmbId"}:
            assert leaf.screened is Screened.IDENTIFIER, leaf
        elif leaf.path[-1] == "Nm":
            assert leaf.screened is Screened.NAME, leaf
        elif leaf.path[-2:] == ("Othr", "Id") and {"OrgId", "PrvtId"} & set(leaf.path):
            assert leaf.screened is Screened.IDENTIFIER, leaf
        elif leaf.path[-1] in FREE_TEXTS or leaf.path[-2:] == ("Dtls", "Inf"):
            assert leaf.screened is Screened.TEXT, leaf
        else:
            assert leaf.screened is Screened.NOTHING, leaf
