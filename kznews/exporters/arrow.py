"""Arrow tables with one schema for all articles, and files made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import orjson
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from kznews.exporters.rows import INSTANTS, columns, row

WORDS = ("site", "language", "section", "date_precision", "layout")
"""Fields with few different values, each of which a file has once."""
GROUP, GROUP_BYTES = 250, 4_000_000
"""Articles in memory at a time, and their bytes, unless one article has more."""
_SIMPLE = {str: pa.string(), int: pa.int64(), float: pa.float64()}


@cache
def schema() -> pa.Schema:
    """Return the columns of the tables."""
    return pa.schema((name, _column(name, hint)) for name, hint in columns())


def _column(name: str, hint: Any) -> pa.DataType:
    if name in INSTANTS:
        return pa.timestamp("us", tz="UTC")
    return pa.dictionary(pa.int32(), pa.string()) if name in WORDS else _type(hint)


def _type(hint: Any) -> pa.DataType:
    """Return the type of a column whose field has a type of Python's, None aside."""
    arguments = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is list:
        return pa.list_(_type(arguments[0]))
    if get_origin(hint) is dict:
        return pa.map_(*map(_type, arguments))
    if is_dataclass(hint):
        types = get_type_hints(hint)
        return pa.struct([(field.name, _type(types[field.name])) for field in fields(hint)])
    return _SIMPLE[hint] if hint in _SIMPLE else _type(arguments[0])


def tables(records: Iterable[dict[str, Any]]) -> Iterator[pa.Table]:
    """Yield tables of one schema with some articles each."""
    group: list[bytes] = []
    size = 0
    for line in map(_as_json, records):
        if group and (len(group) == GROUP or size + len(line) > GROUP_BYTES):
            yield _table(b"\n".join(group))
            group, size = [], 0
        group.append(line)
        size += len(line)
    if group:
        yield _table(b"\n".join(group))


# Arrow reads the rows as JSON: of Python's objects it makes arrays too, but loads all of pandas.


def _as_json(record: dict[str, Any]) -> bytes:
    known = row(record)
    pairs = {
        name: [{"key": key, "value": value} for key, value in (known[name] or {}).items()]
        for name in _maps()
    }
    return orjson.dumps({**known, **pairs})


@cache
def _maps() -> list[str]:
    return [field.name for field in schema() if pa.types.is_map(field.type)]


@cache
def _options() -> pa.json.ParseOptions:
    """Return the types of the JSON lines: pairs for maps, plain text for dictionaries."""
    types: dict[str, pa.DataType] = {field.name: field.type for field in schema()}
    for name, kind in types.items():
        if pa.types.is_dictionary(kind):
            types[name] = kind.value_type
        elif pa.types.is_map(kind):
            pair = {"key": kind.key_type, "value": kind.item_type}
            types[name] = pa.list_(pa.struct(pair.items()))
    return pa.json.ParseOptions(pa.schema(types.items()), unexpected_field_behavior="ignore")


def _table(lines: bytes) -> pa.Table:
    whole = pa.json.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    table = pa.json.read_json(BytesIO(lines), whole, _options())
    for name in _maps():
        pairs = table[name].chunk(0)
        keys, values = pairs.values.flatten()
        pairs = pa.MapArray.from_arrays(pairs.offsets, keys, values)
        table = table.set_column(table.schema.get_field_index(name), name, pairs)
    return table.cast(schema())


def table(records: Iterable[dict[str, Any]]) -> pa.Table:
    """Return one table of all records."""
    return pa.concat_tables([schema().empty_table(), *tables(records)]).unify_dictionaries()


# --- Tables of other libraries --------------------------------------------------------------------


def as_pandas(found: pa.Table) -> Any:
    """Return a pandas table; integers with gaps stay integers."""
    import pandas as pd  # noqa: PLC0415 (another optional extra)

    whole = {pa.int64(): pd.Int64Dtype()}
    return found.to_pandas(types_mapper=whole.get, maps_as_pydicts="strict")


def as_polars(found: pa.Table) -> Any:
    import polars  # noqa: PLC0415 (another optional extra)

    return polars.from_arrow(found)


# --- Files ----------------------------------------------------------------------------------------


def write_parquet(records: Iterable[dict[str, Any]], path: Path) -> None:
    options = {"compression": "zstd", "use_dictionary": list(WORDS)}
    with pa.parquet.ParquetWriter(path, schema(), **options) as writer:
        for table in tables(records):
            writer.write_table(table)


def write_duckdb(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write a new DuckDB database with the table ``articles``; raises ``OSError``."""
    import duckdb  # noqa: PLC0415 (another optional extra)

    bounds: dict[str, Any] = {"threads": 1, "memory_limit": "500MB"}  # 100 fail at long texts
    batches = (batch for table in tables(records) for batch in table.to_batches())
    reader = pa.RecordBatchReader.from_batches(schema(), batches)
    try:
        with duckdb.connect(str(path), config=bounds) as database:
            database.register("found", reader)
            database.execute("CREATE TABLE articles AS SELECT * FROM found")
    except duckdb.Error as error:
        raise OSError(str(error)) from error
    finally:
        Path(f"{path}.wal").unlink(missing_ok=True)
