// The reader's memory, shared by the JSON and the CSV half.
#pragma once
#include "include/CSimdjson.h"
#include <cstring>
#include <memory>
#include <simdjson.h>
#include <string>
#include <unordered_set>
#include <vector>

namespace millrace {

/// A field's name, and its first bytes in a form that two word comparisons match.
struct Field {
    std::string name;
    uint64_t hash;
    /// The name and the closing quote, zero-filled; only where `quick`.
    uint64_t pattern[2];
    uint64_t mask[2];
    /// At most 15 bytes and nothing that JSON must escape.
    bool quick;
};

inline uint64_t hash_of(const uint8_t *bytes, size_t length) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t index = 0; index < length; index++) hash = (hash ^ bytes[index]) * 0x100000001b3u;
    return hash ^ (hash >> 29);
}

inline bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether `[begin, end)` is NaN, Inf or Infinity in any case, signed or not.
bool is_not_finite(const uint8_t *begin, const uint8_t *end);

/// A number at `begin`: one past its last byte, or null where there is none. `strict` is JSON's grammar.
/// `kind` becomes MR_NUMBER or MR_OVERFLOW.
template <bool strict>
const uint8_t *scan_number(const uint8_t *begin, const uint8_t *end, double &value, uint8_t &kind);

} // namespace millrace

struct mr_reader {
    std::vector<millrace::Field> fields;
    std::vector<mr_value> values;
    /// Field index + 1 by hash, 0 is free.
    std::vector<int32_t> table;
    /// The field that the last record had at each position, -1 for one that nobody wants.
    std::vector<int32_t> order;
    /// Bit `length & 63` of every name.
    uint64_t lengths = 0;

    std::unique_ptr<simdjson::internal::dom_parser_implementation> tokens;
    size_t capacity = 0;
    /// Unescaped text; as large as the largest record.
    std::vector<uint8_t> scratch;
    size_t scratch_used = 0;

    /// A copy of a record that ends too close to the end of its page; as large as the largest of those.
    std::vector<uint8_t> padded;

    /// Proper beginnings of names with dots: `user` and `user.address` of `user.address.city`.
    std::unordered_set<std::string> prefixes;
    /// Where in a record the walk stands, below the first level.
    std::string path;

    std::vector<int32_t> columns;
    uint8_t separator = ',';

    int32_t find(const uint8_t *name, size_t length) const {
        if (!(lengths >> (length & 63) & 1)) return -1;
        uint64_t hash = millrace::hash_of(name, length);
        for (size_t at = hash & (table.size() - 1); table[at] != 0; at = (at + 1) & (table.size() - 1)) {
            const millrace::Field &field = fields[table[at] - 1];
            if (field.hash == hash && field.name.size() == length && memcmp(field.name.data(), name, length) == 0)
                return table[at] - 1;
        }
        return -1;
    }

    void forget_values() {
        for (mr_value &value : values) value.kind = MR_ABSENT;
        scratch_used = 0;
    }

    /// simdjson may read up to 64 bytes behind a record. That is harmless within a page of memory, whatever stands
    /// there; a record that ends close to the end of a page is copied to where there is room.
    const uint8_t *readable_behind(const uint8_t *bytes, size_t length) {
        uintptr_t last = reinterpret_cast<uintptr_t>(bytes + length - 1);
        if ((last & 4095) + simdjson::SIMDJSON_PADDING < 4096) return bytes;
        if (padded.size() < length + simdjson::SIMDJSON_PADDING) padded.resize(length * 2 + simdjson::SIMDJSON_PADDING);
        memcpy(padded.data(), bytes, length);
        return padded.data();
    }

    /// Room for the unescaped text of a record.
    void reserve_scratch(size_t length) {
        if (scratch.size() < length) scratch.resize(length + length / 2 + 64);
    }
};
