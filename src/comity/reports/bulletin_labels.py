"""Words of the bulletin in three languages: what a figure is called in English, Russian, Kyrgyz."""

from typing import Final, NamedTuple


class Label(NamedTuple):
    """One name in three languages."""

    english: str
    russian: str
    kyrgyz: str


LABELS: Final = {
    "title": Label(
        "Payments and national currencies",
        "Платежи и национальные валюты",
        "Төлөмдөр жана улуттук валюталар",
    ),
    "share": Label(
        "Share of national currencies", "Доля национальных валют", "Улуттук валюталардын үлүшү"
    ),
    "turnover": Label("Turnover", "Оборот платежей", "Төлөмдөрдүн жүгүртүлүшү"),
    "growth": Label(
        "Growth on the year before", "Прирост к прошлому году", "Өткөн жылга салыштырмалуу өсүш"
    ),
    "to_date": Label("Year to date", "С начала года", "Жыл башынан бери"),
    "companies": Label("Active companies", "Активные компании", "Активдүү компаниялар"),
    "period": Label("Period", "Период", "Мезгил"),
    "payments": Label("Payments", "Платежи", "Төлөмдөр"),
    "invoicing": Label("By invoice", "По валюте счёта", "Эсептин валютасы боюнча"),
    "customer_leg": Label("By payer", "По валюте плательщика", "Төлөөчүнүн валютасы боюнча"),
    "settlement_asset": Label("By settlement", "По валюте расчётов", "Эсептешүү валютасы боюнча"),
    "source": Label("Source", "Источник", "Булак"),
    "definition": Label("Definition", "Определение", "Аныктама"),
}
"""Every name, in the order in which the bulletin uses them."""
