// RFC 4180: fields between separators, quotes around what holds separators, quotes or line ends, a quote doubled. Blanks
// around a field are no part of it, but for those within quotes: files with ", " between fields are common. A CR that ends
// no line is text, as writers whose lines end with LF leave it without quotes.
#include "reader.h"

namespace {
inline bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }
} // namespace

void mr_reader_set_columns(mr_reader *reader, const int32_t *fields, size_t count, uint8_t separator) {
    reader->columns.assign(fields, fields + count);
    reader->separator = separator;
}

int mr_read_csv(mr_reader *reader, const uint8_t *bytes, size_t length) {
    reader->forget_values();
    if (length > 0x7fffffff || !mr_is_utf8(bytes, length)) return MR_BROKEN;
    if (length > 0 && bytes[length - 1] == '\n') length--;
    if (length > 0 && bytes[length - 1] == '\r') length--;
    const uint8_t *p = bytes, *end = bytes + length;
    const uint8_t separator = reader->separator;
    const size_t columns = reader->columns.size();
    for (size_t column = 0; column < columns; column++) {
        // Nearly no field begins with a blank or a quote, or ends with a blank: one comparison tells.
        bool quoted = false;
        if (p < end && *p <= '"') {
            while (p < end && is_blank(*p) && *p != separator) p++;
            quoted = p < end && *p == '"';
        }
        const uint8_t *text = p;
        size_t size;
        if (quoted) {
            text = ++p;
            bool doubled = false;
            for (;; p++) {
                if (p == end) return MR_BROKEN;
                if (*p != '"') continue;
                if (p + 1 == end || p[1] != '"') break;
                doubled = true;
                p++;
            }
            size = size_t(p - text);
            for (p++; p < end && is_blank(*p) && *p != separator;) p++;
            if (doubled) {
                reader->reserve_scratch(length);
                uint8_t *out = reader->scratch.data() + reader->scratch_used, *start = out;
                for (size_t k = 0; k < size; k++) {
                    *out++ = text[k];
                    if (text[k] == '"') k++;
                }
                text = start;
                size = size_t(out - start);
                reader->scratch_used += size;
            }
        } else {
            for (uint8_t c; p < end && (c = *p) != separator; p++)
                if (c <= '"' && (c == '"' || c == '\n')) return MR_BROKEN;
            const uint8_t *last = p;
            if (last > text && last[-1] <= ' ')
                while (last > text && is_blank(last[-1])) last--;
            size = size_t(last - text);
        }
        int32_t field = reader->columns[column];
        if (field >= 0) {
            mr_value &value = reader->values[size_t(field)];
            value.kind = size == 0 ? MR_NULL : MR_TEXT;
            value.text = text;
            value.length = uint32_t(size);
        }
        if (column + 1 == columns) break;
        if (p == end || *p != separator) return MR_BROKEN;
        p++;
    }
    return p == end && columns > 0 ? MR_GOOD : MR_BROKEN;
}

size_t mr_csv_record_length(const uint8_t *bytes, size_t length, mr_record_kind *kind) {
    const uint8_t *p = bytes, *end = bytes + length;
    *kind = MR_RECORD_OPEN;
    while (p < end) {
        const uint8_t *line = static_cast<const uint8_t *>(memchr(p, '\n', size_t(end - p)));
        const uint8_t *quote = static_cast<const uint8_t *>(memchr(p, '"', size_t((line ? line : end) - p)));
        if (quote == nullptr) {
            if (line == nullptr) return length;
            *kind = p == bytes ? MR_RECORD_PLAIN : MR_RECORD_QUOTED;
            return size_t(line + 1 - bytes);
        }
        // A doubled quote closes and opens again: the same for where the record ends.
        const uint8_t *close = static_cast<const uint8_t *>(memchr(quote + 1, '"', size_t(end - quote - 1)));
        if (close == nullptr) return length;
        p = close + 1;
    }
    return length;
}
