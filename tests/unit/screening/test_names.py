"""The normal form of names: what it merges, what it keeps apart, and that it is stable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.screening import normalise_name
from comity.screening.names import name_variants, name_words, sorted_name_key

NAMES = st.text(
    alphabet=st.one_of(
        st.sampled_from(list(" .-'«»()абвгдеёжзийклмнопрстуфхцчшщъыьэюяңөүЮЩүԵուխ")),
        st.sampled_from(list("abcdefghijklmnopqrstuvwxyzOL0")),
        st.characters(),
    ),
    max_size=40,
)


@given(NAMES)
def test_normalising_a_normal_form_changes_nothing(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once


PIECES = ("shch", "tsch", "tch", "kh", "gh", "zh", "dj", "ie", "yo", "y", "x", "w", "c", "s")
SHORT = ("l", "o", "ll", "ооо", "ао", "llc")


@given(st.lists(st.sampled_from(PIECES + SHORT)))
def test_spellings_piled_up_still_have_one_normal_form(pieces: list[str]) -> None:
    for glue in ("", " "):
        once = normalise_name(glue.join(pieces))
        assert normalise_name(once) == once


@given(NAMES)
def test_a_normal_form_is_latin_words_with_single_spaces(name: str) -> None:
    normal = normalise_name(name)
    assert normal.isascii()
    assert normal == " ".join(normal.split()) == normal.lower()
    assert all(word.isalnum() for word in normal.split())


@given(NAMES)
def test_the_case_of_a_name_written_in_latin_means_nothing(name: str) -> None:
    latin = "".join(sign for sign in name if sign.isascii())
    assert normalise_name(latin.upper()) == normalise_name(latin.lower())


@pytest.mark.parametrize(
    "spellings",
    [
        ("Юлия Щербакова", "Yuliya Shcherbakova", "Iuliia Scherbakova", "YULIA  SHERBAKOVA"),
        ("Дмитрий Юрьевич", "Dmitriy Yur'yevich", "Dmitry Yurievich", "Dmitrii Iurevich"),
        ("Фёдор Семёнов", "Федор Семенов", "Fyodor Semyonov", "Fedor Semenov"),
        ("Евгений Алексеев", "Yevgeniy Alekseyev", "Evgeny Alexeev", "Evgenii Alekseev"),
        ("Жапаров Хаким", "Zhaparov Khakim", "Japarov Hakim", "Djaparov Hakim", "Dzhaparov Hakim"),
        ("Цой", "Tsoy", "Tsoi", "Tzoy"),
        ("Өмүрбек Таңатаров", "Омурбек Танатаров", "Omurbek Tanatarov"),
        ("Ғани Қанат", "Ghani Qanat", "Gani Kanat"),
        ("Հակոբյան Արթուր", "Hakobyan Artur"),
        ("Ҷамшед Ҳасан", "Jamshed Hasan"),
        ("Al-Qa'ida", "AL QA’IDA", "al‐Qaida"),
        ("И.И. Орлов", "И. И. Орлов", "I.I.Orlov", "I I Orlov"),
        ("José Müller", "JOSE MULLER", "Jose\u0301 Mu\u0308ller"),
        ("Ор\u00adлов\u200b", "Орлов"),
    ],
)
def test_spellings_of_one_name_have_one_normal_form(spellings: tuple[str, ...]) -> None:
    assert len({normalise_name(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "name",
    [
        "ООО «Ромашка»",
        "ОсОО Ромашка",
        'АО "Ромашка"',
        "Ромашка, ТОО",
        "Romashka LLC",
        "ROMASHKA L.L.C.",
        "Romashka J. S. C.",
        "O.O.O. Romashka",
        "Общество с ограниченной ответственностью «Ромашка»",
        "OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU ROMASHKA",
        "Публичное акционерное общество Ромашка",
        "«Ромашка» Жоопкерчилиги чектелген коому",
        "Ромашка ՍՊԸ",
        "Romashka Limited Liability Company",
    ],
)
def test_a_legal_form_is_not_part_of_a_name(name: str) -> None:
    assert normalise_name(name) == "romashka"


@pytest.mark.parametrize("name", ["OOO", "L.L.C.", "ООО ОАО", "Limited Liability Company"])
def test_a_name_that_is_only_a_legal_form_keeps_it(name: str) -> None:
    assert normalise_name(name) != ""


@pytest.mark.parametrize("name", ["", " ", "«»", "—", "'", "\u200b", "\ufffd", "（）"])
def test_a_name_without_letters_or_digits_has_an_empty_normal_form(name: str) -> None:
    assert normalise_name(name) == ""


@pytest.mark.parametrize(
    ("mixed", "plain"), [("Иванoв", "Иванов"), ("Cepгей", "Сергей"), ("Аbdulla", "Abdulla")]
)
def test_a_letter_of_the_other_alphabet_that_looks_the_same_changes_nothing(
    mixed: str, plain: str
) -> None:
    assert normalise_name(mixed) == normalise_name(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иванов", "Иванова"), ("Plot 100", "Plot 1000"), ("Abu Ali", "Abu Alim"), ("金", "银")],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


def test_a_very_long_name_is_read_to_its_end() -> None:
    long = "Орлов " * 10_000
    assert normalise_name(long + "Щукин").endswith("orlov shukin")


def test_the_sorted_key_is_the_same_for_every_order_of_words() -> None:
    assert sorted_name_key(name_words("Орлов Иван")) == sorted_name_key(name_words("Ivan Orlov"))


@pytest.mark.parametrize(
    ("field", "part"),
    [
        ("Sary Burkut; Orlan", "Orlan"),
        ("KARAKUSH / KK", "KK"),
        ("Orlan b) M. Orlan", "M. Orlan"),
        ("Karakush Company (KKC)", "Karakush Company"),
        ("Karakush Company (KKC)", "KKC"),
        ("Orlan (original script: Орлан)", "Орлан"),
        ("(Karakush) Company", "Company"),
        ("A (B; C Name) D", "C Name"),
    ],
)
def test_a_field_with_several_names_yields_each(field: str, part: str) -> None:
    assert part in name_variants(field)
    assert field in name_variants(field)


def test_what_is_no_name_in_brackets_is_left_out() -> None:
    assert set(name_variants("Orlan (passport 123) (third)")) == {
        "Orlan (passport 123) (third)",
        "Orlan",
    }
