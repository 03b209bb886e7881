// The C face of simdjson and of the C++ standard library's number conversions.
//
// One reader holds the names of the fields that are wanted. One call per record finds them all, checks the whole
// record and leaves one `mr_value` per field; nothing is allocated once the reader has seen its largest record.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a record holds for one field.
enum mr_kind {
    MR_ABSENT = 0,
    MR_NULL,
    MR_FALSE,
    MR_TRUE,
    /// A finite number; `text` is the number as spelled.
    MR_NUMBER,
    /// A number that overflows a double; `text` is the number as spelled.
    MR_OVERFLOW,
    /// JSON text without its escapes.
    MR_STRING,
    /// An object or an array.
    MR_CONTAINER,
    /// A CSV field: its type is what it is read as.
    MR_TEXT
};

typedef struct {
    double number;
    /// In the record or in the reader's scratch space: valid until the next record.
    const uint8_t *text;
    uint32_t length;
    uint8_t kind;
} mr_value;

/// How reading a record ended.
enum mr_status {
    MR_GOOD = 0,
    /// Not JSON (or not CSV, or not UTF-8) somewhere in the record.
    MR_BROKEN,
    /// JSON but for a NaN or Infinity token.
    MR_NOT_FINITE,
    /// JSON, but not an object.
    MR_NOT_AN_OBJECT
};

typedef struct mr_reader mr_reader;

/// A reader without fields. `mr_reader_destroy` frees it. Not thread-safe.
mr_reader *mr_reader_create(void);
void mr_reader_destroy(mr_reader *reader);

/// Adds a field by its name in UTF-8 and gives its index in `values`; a name that is there already keeps its index.
int32_t mr_reader_add(mr_reader *reader, const char *name, size_t length);

/// One value per field, in the order of `mr_reader_add`. Call it again after adding.
const mr_value *mr_reader_values(const mr_reader *reader);

/// Reads one JSON record. Every byte is checked, fields that nobody wants too. Of a repeated name the last one counts.
/// Reads no byte behind `length`. Deeper than 1024 levels is broken. `*fault` is the field with the NaN or Infinity
/// token, or -1.
int mr_read_json(mr_reader *reader, const uint8_t *bytes, size_t length, int32_t *fault);

/// Says which column of a CSV record feeds which field (-1: none), and what separates columns.
void mr_reader_set_columns(mr_reader *reader, const int32_t *fields, size_t count, uint8_t separator);

/// Reads one CSV record (RFC 4180), without or with its line end.
int mr_read_csv(mr_reader *reader, const uint8_t *bytes, size_t length);

/// What was seen of a CSV record.
typedef enum {
    /// Its line end was not seen.
    MR_RECORD_OPEN = 0,
    /// One line.
    MR_RECORD_PLAIN,
    /// It has quotes, and so perhaps several lines.
    MR_RECORD_QUOTED
} mr_record_kind;

/// The length of the first CSV record with its line end, or `length` where the quotes or the line stay open.
size_t mr_csv_record_length(const uint8_t *bytes, size_t length, mr_record_kind *kind);

/// Reads a number written in decimal, exactly rounded: surrounding spaces, a plus sign, `.5` and `5.` are taken.
/// Gives `MR_NUMBER`, `MR_OVERFLOW`, `MR_NULL` for a NaN or Infinity word, or `MR_STRING`: not a number.
int mr_parse_number(const uint8_t *text, size_t length, double *number);

/// Writes the shortest text that reads back as the same double, and gives its length (at most 24 bytes). Finite only.
size_t mr_write_double(double number, char *into);

/// Writes a whole number in decimal and gives its length (at most 20 bytes); there must be room for 24.
size_t mr_write_integer(int64_t number, char *into);

/// Whether the bytes are UTF-8.
int mr_is_utf8(const uint8_t *bytes, size_t length);

/// Milliseconds since 1970 of a text read with a strptime pattern in UTC, or INT64_MIN.
int64_t mr_parse_time(const uint8_t *text, size_t length, const char *pattern);

#ifdef __cplusplus
}
#endif
