#include "reader.h"

using millrace::Field;

mr_reader *mr_reader_create(void) {
    mr_reader *reader = new mr_reader;
    reader->table.assign(16, 0);
    reader->order.assign(256, -1);
    return reader;
}

void mr_reader_destroy(mr_reader *reader) { delete reader; }

int32_t mr_reader_add(mr_reader *reader, const char *name, size_t length) {
    const uint8_t *bytes = reinterpret_cast<const uint8_t *>(name);
    int32_t known = reader->find(bytes, length);
    if (known >= 0) return known;

    Field field = {std::string(name, length), millrace::hash_of(bytes, length), {0, 0}, {0, 0}, length < 16};
    for (size_t index = 0; index < length; index++)
        if (bytes[index] == '"' || bytes[index] == '\\' || bytes[index] < 0x20) field.quick = false;
    if (field.quick) {
        uint8_t pattern[16] = {0}, mask[16] = {0};
        memcpy(pattern, name, length);
        pattern[length] = '"';
        memset(mask, 0xff, length + 1);
        memcpy(field.pattern, pattern, 16);
        memcpy(field.mask, mask, 16);
    }
    reader->fields.push_back(field);
    reader->values.push_back(mr_value{0, nullptr, 0, MR_ABSENT});
    for (size_t dot = field.name.find('.'); dot != std::string::npos; dot = field.name.find('.', dot + 1))
        reader->prefixes.insert(field.name.substr(0, dot));
    reader->lengths |= uint64_t(1) << (length & 63);

    size_t size = 16;
    while (size < reader->fields.size() * 4) size *= 2;
    reader->table.assign(size, 0);
    for (size_t index = 0; index < reader->fields.size(); index++) {
        size_t at = reader->fields[index].hash & (size - 1);
        while (reader->table[at] != 0) at = (at + 1) & (size - 1);
        reader->table[at] = int32_t(index) + 1;
    }
    return int32_t(reader->fields.size()) - 1;
}

const mr_value *mr_reader_values(const mr_reader *reader) { return reader->values.data(); }

int mr_is_utf8(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length) ? 1 : 0;
}
