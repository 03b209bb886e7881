// One pass over the tokens that simdjson's first stage finds.
//
// That stage checks UTF-8, quotes and control characters and gives the position of every bracket, colon, comma, string
// and scalar, with the processor's widest registers. This file checks the grammar over those positions and converts
// only what is wanted. simdjson's own on-demand layer does not look at what is skipped; here nothing is skipped.
#include "reader.h"

using millrace::is_space;

namespace {

constexpr uint32_t max_depth = 1024;
/// Names and places in the longest path; each is a call in a call.
constexpr uint32_t max_path = 128;

struct Walk {
    mr_reader &reader;
    const uint8_t *bytes;
    size_t length;
    /// Token positions; the one behind the last is `length`.
    const uint32_t *positions;
    uint32_t count;
    bool has_escapes;
    bool not_finite = false;
    int32_t not_finite_field = -1;
    uint32_t i = 0;

    /// The token's first byte, or 0 behind the last.
    uint8_t at(uint32_t token) const { return token < count ? bytes[positions[token]] : 0; }

    bool ends(const uint8_t *p) const {
        size_t offset = size_t(p - bytes);
        return offset == positions[i + 1] || (offset < length && is_space(*p));
    }

    /// The text between the quotes of token `i`: between the closing quote and the next token there is only space.
    bool string(const uint8_t *&begin, const uint8_t *&end) const {
        size_t open = positions[i], close = positions[i + 1] - 1;
        while (close > open && is_space(bytes[close])) close--;
        if (close == open || bytes[close] != '"') return false;
        begin = bytes + open + 1;
        end = bytes + close;
        return true;
    }

    static int hex(uint8_t c) {
        if (c >= '0' && c <= '9') return c - '0';
        uint8_t low = c | 0x20;
        return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    }

    static int32_t hex4(const uint8_t *p, const uint8_t *end) {
        if (end - p < 4) return -1;
        int32_t value = 0;
        for (int k = 0; k < 4; k++) {
            int digit = hex(p[k]);
            if (digit < 0) return -1;
            value = value << 4 | digit;
        }
        return value;
    }

    static uint8_t *append(uint8_t *out, uint32_t point) {
        if (point < 0x80) {
            *out++ = uint8_t(point);
        } else if (point < 0x800) {
            *out++ = uint8_t(0xc0 | point >> 6);
            *out++ = uint8_t(0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            *out++ = uint8_t(0xe0 | point >> 12);
            *out++ = uint8_t(0x80 | (point >> 6 & 0x3f));
            *out++ = uint8_t(0x80 | (point & 0x3f));
        } else {
            *out++ = uint8_t(0xf0 | point >> 18);
            *out++ = uint8_t(0x80 | (point >> 12 & 0x3f));
            *out++ = uint8_t(0x80 | (point >> 6 & 0x3f));
            *out++ = uint8_t(0x80 | (point & 0x3f));
        }
        return out;
    }

    /// Checks the escapes of a text and, with `out`, writes it without them. Half a surrogate pair is JSON's grammar
    /// and nobody's character: it becomes U+FFFD. The result is never longer than the text.
    static bool unescape(const uint8_t *p, const uint8_t *end, uint8_t **out) {
        while (p < end) {
            if (*p != '\\') {
                if (out) *(*out)++ = *p;
                p++;
                continue;
            }
            if (++p == end) return false;
            uint8_t plain = 0;
            switch (*p++) {
            case '"': plain = '"'; break;
            case '\\': plain = '\\'; break;
            case '/': plain = '/'; break;
            case 'b': plain = '\b'; break;
            case 'f': plain = '\f'; break;
            case 'n': plain = '\n'; break;
            case 'r': plain = '\r'; break;
            case 't': plain = '\t'; break;
            case 'u': {
                int32_t unit = hex4(p, end);
                if (unit < 0) return false;
                p += 4;
                uint32_t point = uint32_t(unit);
                if (unit >= 0xd800 && unit < 0xe000) {
                    point = 0xfffd;
                    if (unit < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
                        int32_t low = hex4(p + 2, end);
                        if (low >= 0xdc00 && low < 0xe000) {
                            point = 0x10000 + ((uint32_t(unit) - 0xd800) << 10 | (uint32_t(low) - 0xdc00));
                            p += 6;
                        }
                    }
                }
                if (out) *out = append(*out, point);
                continue;
            }
            default: return false;
            }
            if (out) *(*out)++ = plain;
        }
        return true;
    }

    bool has_escape(const uint8_t *begin, const uint8_t *end) const {
        return has_escapes && memchr(begin, '\\', size_t(end - begin)) != nullptr;
    }

    bool check_string() const {
        const uint8_t *begin, *end;
        if (!string(begin, end)) return false;
        return !has_escape(begin, end) || unescape(begin, end, nullptr);
    }

    /// The text of token `i` without escapes, in the record or in the scratch space.
    bool text(const uint8_t *&begin, size_t &size) {
        const uint8_t *end;
        if (!string(begin, end)) return false;
        if (has_escape(begin, end)) {
            uint8_t *out = reader.scratch.data() + reader.scratch_used;
            uint8_t *start = out;
            if (!unescape(begin, end, &out)) return false;
            begin = start;
            end = out;
            reader.scratch_used += size_t(out - start);
        }
        size = size_t(end - begin);
        return true;
    }

    bool literal(const uint8_t *p, const char *word, size_t size) const {
        return length - size_t(p - bytes) >= size && memcmp(p, word, size) == 0 && ends(p + size);
    }

    /// Token `i`: a number, true, false, null, or a word for a number that is not finite.
    bool scalar(mr_value &value) {
        const uint8_t *p = bytes + positions[i];
        uint8_t c = *p;
        if (c == '-' || uint8_t(c - '0') <= 9) {
            const uint8_t *end = millrace::scan_number<true>(p, bytes + length, value.number, value.kind);
            if (end != nullptr && ends(end)) {
                value.text = p;
                value.length = uint32_t(end - p);
                return true;
            }
        } else if (c == 't' && literal(p, "true", 4)) {
            value.kind = MR_TRUE;
            return true;
        } else if (c == 'f' && literal(p, "false", 5)) {
            value.kind = MR_FALSE;
            return true;
        } else if (c == 'n' && literal(p, "null", 4)) {
            value.kind = MR_NULL;
            return true;
        }
        const uint8_t *end = bytes + positions[i + 1];
        while (end > p && is_space(end[-1])) end--;
        if (!millrace::is_not_finite(p, end)) return false;
        not_finite = true;
        value.kind = MR_NULL;
        return true;
    }

    /// Steps over the value at token `i` and checks all of it. No recursion: the nesting is a stack of bits.
    bool skip(uint32_t outer) {
        uint64_t objects[max_depth / 64];
        uint32_t depth = 0;
        mr_value ignored;
        for (;;) {
            uint8_t c = at(i);
            bool opened = false;
            if (c == '{' || c == '[') {
                if (outer + depth >= max_depth) return false;
                uint64_t bit = uint64_t(1) << (depth & 63);
                if (c == '{')
                    objects[depth >> 6] |= bit;
                else
                    objects[depth >> 6] &= ~bit;
                depth++;
                i++;
                opened = at(i) != (c == '{' ? '}' : ']');
            } else if (c == '"') {
                if (!check_string()) return false;
                i++;
            } else {
                if (i >= count || !scalar(ignored)) return false;
                i++;
            }
            // Behind a value, or in front of the first one of what was opened.
            for (;;) {
                if (depth == 0) return true;
                bool object = objects[(depth - 1) >> 6] >> ((depth - 1) & 63) & 1;
                if (!opened) {
                    c = at(i);
                    if (c == (object ? '}' : ']')) {
                        depth--;
                        i++;
                        continue;
                    }
                    if (c != ',') return false;
                    i++;
                }
                if (object) {
                    if (at(i) != '"' || !check_string() || at(i + 1) != ':') return false;
                    i += 2;
                }
                break;
            }
        }
    }

    /// The field of the name at token `i`: its index, -1 for one that nobody wants, -2 where the name is broken.
    __attribute__((always_inline)) int32_t name(size_t place) {
        const uint8_t *begin = bytes + positions[i] + 1;
        int32_t expected = place < reader.order.size() ? reader.order[place] : -1;
        if (expected >= 0) {
            const millrace::Field &field = reader.fields[size_t(expected)];
            if (field.quick && size_t(begin - bytes) + 16 <= length) {
                uint64_t words[2];
                memcpy(words, begin, 16);
                if ((words[0] & field.mask[0]) == field.pattern[0] && (words[1] & field.mask[1]) == field.pattern[1])
                    return expected;
            }
        }
        size_t size;
        size_t used = reader.scratch_used;
        if (!text(begin, size)) return -2;
        int32_t found = reader.find(begin, size);
        reader.scratch_used = used;
        if (place < reader.order.size()) reader.order[place] = found;
        return found;
    }

    /// Reads the value at token `i`, within `depth` objects and arrays, into a field's cell.
    bool wanted(mr_value &value, uint32_t depth) {
        uint8_t c = at(i);
        if (c == '"') {
            size_t size;
            if (!text(value.text, size)) return false;
            value.length = uint32_t(size);
            value.kind = MR_STRING;
            i++;
            return true;
        }
        if (c == '{' || c == '[') {
            value.kind = MR_CONTAINER;
            return skip(depth);
        }
        if (i >= count || !scalar(value)) return false;
        i++;
        return true;
    }

    /// Reads the object or array at token `i`, the `depth`-th around what it holds. Its path begins names of fields: names
    /// within objects and places within arrays, with dots between.
    bool descend(uint32_t depth) {
        if (depth > max_path) return skip(depth - 1);
        std::string &path = reader.path;
        size_t length = path.size(), place = 0;
        bool object = at(i) == '{';
        i++;
        if (at(i) == (object ? '}' : ']')) {
            i++;
            return true;
        }
        for (;;) {
            path.resize(length);
            path.push_back('.');
            if (object) {
                const uint8_t *begin;
                size_t size, used = reader.scratch_used;
                if (at(i) != '"' || !text(begin, size) || at(i + 1) != ':') return false;
                path.append(reinterpret_cast<const char *>(begin), size);
                reader.scratch_used = used;
                i += 2;
            } else {
                path += std::to_string(place++);
            }
            int32_t field = reader.find(reinterpret_cast<const uint8_t *>(path.data()), path.size());
            uint8_t c = at(i);
            bool before = not_finite;
            if ((c == '{' || c == '[') && reader.prefixes.count(path) > 0) {
                if (field >= 0) reader.values[size_t(field)].kind = MR_CONTAINER;
                if (!descend(depth + 1)) return false;
            } else if (!(field >= 0 ? wanted(reader.values[size_t(field)], depth) : skip(depth))) {
                return false;
            }
            if (not_finite && !before && not_finite_field < 0) not_finite_field = field;
            c = at(i++);
            if (c == (object ? '}' : ']')) break;
            if (c != ',') return false;
        }
        path.resize(length);
        return true;
    }

    /// Whether fields lie below the value at token `i` of the first level, whose name is token `i - 2`: the path is that
    /// name then.
    bool begins_names() {
        const uint8_t *begin;
        size_t size, used = reader.scratch_used;
        i -= 2;
        bool good = text(begin, size);
        i += 2;
        if (good) reader.path.assign(reinterpret_cast<const char *>(begin), size);
        reader.scratch_used = used;
        return good && reader.prefixes.count(reader.path) > 0;
    }

    /// `paths`: names of fields have dots, so that values of the first level may hold fields.
    template <bool paths> int record(int32_t &fault) {
        if (at(0) != '{') {
            if (!skip(0) || i != count) return MR_BROKEN;
            return not_finite ? MR_NOT_FINITE : MR_NOT_AN_OBJECT;
        }
        i = 1;
        if (at(1) == '}') return count == 2 ? MR_GOOD : MR_BROKEN;
        for (size_t place = 0;; place++) {
            if (at(i) != '"') return MR_BROKEN;
            int32_t field = name(place);
            if (field == -2 || at(i + 1) != ':') return MR_BROKEN;
            i += 2;
            bool before = not_finite;
            if (paths && (at(i) == '{' || at(i) == '[') && begins_names()) {
                if (field >= 0) reader.values[size_t(field)].kind = MR_CONTAINER;
                if (!descend(2)) return MR_BROKEN;
                if (not_finite && !before) field = not_finite_field;
            } else if (!(field >= 0 ? wanted(reader.values[size_t(field)], 1) : skip(1))) {
                return MR_BROKEN;
            }
            if (not_finite && !before) fault = field;
            uint8_t c = at(i++);
            if (c == '}') break;
            if (c != ',') return MR_BROKEN;
        }
        if (i != count) return MR_BROKEN;
        return not_finite ? MR_NOT_FINITE : MR_GOOD;
    }
};

} // namespace

int mr_read_json(mr_reader *reader, const uint8_t *bytes, size_t length, int32_t *fault) {
    *fault = -1;
    reader->forget_values();
    if (length == 0 || length > 0x7fffffff) return MR_BROKEN;
    if (length > reader->capacity) {
        size_t capacity = 1024;
        while (capacity < length) capacity *= 2;
        auto error =
            simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, reader->tokens);
        if (error) {
            reader->capacity = 0;
            return MR_BROKEN;
        }
        reader->capacity = capacity;
    }
    bytes = reader->readable_behind(bytes, length);
    if (reader->tokens->stage1(bytes, length, simdjson::stage1_mode::regular)) return MR_BROKEN;
    uint32_t count = reader->tokens->n_structural_indexes;
    uint32_t *positions = reader->tokens->structural_indexes.get();
    positions[count] = uint32_t(length);
    bool has_escapes = memchr(bytes, '\\', length) != nullptr;
    if (has_escapes) reader->reserve_scratch(length);
    Walk walk = {*reader, bytes, length, positions, count, has_escapes};
    return reader->prefixes.empty() ? walk.record<false>(*fault) : walk.record<true>(*fault);
}
