// Decimal text to doubles and back, exactly rounded both ways.
#include "reader.h"
#include <charconv>
#include <cmath>
#include <ctime>

namespace millrace {

namespace {

const uint64_t whole_powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline bool is_digit(uint8_t c) { return uint8_t(c - '0') <= 9; }

/// The number of eight digits of 0 to 9, the first one in the lowest byte: pairs, then fours, then all.
inline uint32_t eight_digits(uint64_t word) {
    word = word * 2561 >> 8;
    word = (word & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
    return uint32_t((word & 0x0000ffff0000ffffu) * 42949672960001u >> 32);
}

inline const uint8_t *digits(const uint8_t *p, const uint8_t *end, uint64_t &mantissa) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    // How many of eight bytes are digits, and their number, without a branch on how many: lengths are hard to predict.
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        word ^= 0x3030303030303030u;
        uint64_t others = (((word & 0x7f7f7f7f7f7f7f7fu) + 0x7676767676767676u) | word) & 0x8080808080808080u;
        if (others == 0) {
            mantissa = mantissa * 100000000 + eight_digits(word);
            p += 8;
            continue;
        }
        int count = __builtin_ctzll(others) >> 3;
        // Zeros in front; two shifts, since one of 64 bits is undefined.
        word = word << (8 * (7 - count)) << 8;
        mantissa = mantissa * whole_powers[count] + eight_digits(word);
        return p + count;
    }
#endif
    while (p < end && is_digit(*p)) mantissa = mantissa * 10 + uint64_t(*p++ - '0');
    return p;
}

/// The slow path: every digit counts.
double convert(const uint8_t *begin, const uint8_t *end, bool negative, int64_t exponent, uint8_t &kind) {
    double value = 0;
    auto result = std::from_chars(reinterpret_cast<const char *>(begin), reinterpret_cast<const char *>(end), value);
    if (result.ec != std::errc() || std::isinf(value)) {
        // Out of range: which end, tells the decimal exponent of the first digit that is not zero.
        const uint8_t *p = begin;
        int64_t before = 0, zeros = 0;
        while (p < end && *p == '0') p++;
        while (p < end && is_digit(*p)) p++, before++;
        if (before == 0 && p < end && *p == '.')
            for (p++; p < end && *p == '0'; p++) zeros++;
        bool zero = before == 0 && (p == end || !is_digit(*p));
        if (!zero && exponent + before - zeros > 0) {
            kind = MR_OVERFLOW;
            return HUGE_VAL;
        }
        value = 0;
    }
    return negative ? -value : value;
}

} // namespace

template <bool strict>
const uint8_t *scan_number(const uint8_t *begin, const uint8_t *end, double &value, uint8_t &kind) {
    const uint8_t *p = begin;
    // Signs are hard to predict: no branch on them.
    bool negative = p < end && *p == '-';
    p += negative;
    if (!strict && !negative && p < end && *p == '+') p++;
    const uint8_t *start = p;
    uint64_t mantissa = 0;
    if (end - p >= 2 && is_digit(p[0]) && !is_digit(p[1]))
        mantissa = uint64_t(*p++ - '0');
    else
        p = digits(p, end, mantissa);
    int64_t count = p - start;
    if (strict && (count == 0 || (count > 1 && *start == '0'))) return nullptr;
    int64_t fraction = 0;
    if (p < end && *p == '.') {
        const uint8_t *point = ++p;
        p = digits(p, end, mantissa);
        fraction = p - point;
        if (strict && fraction == 0) return nullptr;
        count += fraction;
    }
    if (count == 0) return nullptr;
    int64_t written = 0;
    if (p < end && (*p | 0x20) == 'e') {
        const uint8_t *q = p + 1;
        bool below = q < end && *q == '-';
        if (below || (q < end && *q == '+')) q++;
        if (q == end || !is_digit(*q)) return nullptr;
        for (; q < end && is_digit(*q); q++)
            if (written < 1000000000) written = written * 10 + (*q - '0');
        if (below) written = -written;
        p = q;
    }
    kind = MR_NUMBER;
    int64_t exponent = written - fraction;
    // Both factors are exact, so one multiplication or division rounds once (Clinger 1990, doi:10.1145/93542.93557).
    if (count <= 19 && mantissa <= uint64_t(1) << 53 && exponent >= -22 && exponent <= 22) {
        double exact = double(mantissa);
        exact = exponent < 0 ? exact / powers_of_ten[-exponent] : exact * powers_of_ten[exponent];
        value = std::copysign(exact, 0.5 - double(negative));
    } else {
        value = convert(start, p, negative, written, kind);
    }
    return p;
}

template const uint8_t *scan_number<true>(const uint8_t *, const uint8_t *, double &, uint8_t &);
template const uint8_t *scan_number<false>(const uint8_t *, const uint8_t *, double &, uint8_t &);

bool is_not_finite(const uint8_t *begin, const uint8_t *end) {
    if (begin < end && (*begin == '-' || *begin == '+')) begin++;
    const char *word = end - begin == 8 ? "infinity" : end - begin == 3 ? "nan" : nullptr;
    if (word == nullptr) return false;
    if (word[0] == 'n' && (*begin | 0x20) == 'i') word = "inf";
    for (; begin < end; begin++, word++)
        if ((*begin | 0x20) != uint8_t(*word)) return false;
    return true;
}

} // namespace millrace

int mr_parse_number(const uint8_t *text, size_t length, double *number) {
    const uint8_t *begin = text, *end = text + length;
    while (begin < end && millrace::is_space(*begin)) begin++;
    while (begin < end && millrace::is_space(end[-1])) end--;
    uint8_t kind = MR_STRING;
    if (millrace::scan_number<false>(begin, end, *number, kind) == end && begin < end) return kind;
    return millrace::is_not_finite(begin, end) ? MR_NULL : MR_STRING;
}

size_t mr_write_double(double number, char *into) {
    auto result = std::to_chars(into, into + 24, number);
    return size_t(result.ptr - into);
}

namespace {

/// The eight digits of a number below 10^8 as text, the first one in the lowest byte: halves, quarters, digits.
inline uint64_t eight_characters(uint64_t number) {
    uint64_t high = number / 10000;
    uint64_t word = high | (number - high * 10000) << 32;
    uint64_t tens = (word * 10486 >> 20) & 0x0000007f0000007fu;
    word = tens | (word - tens * 100) << 16;
    tens = (word * 103 >> 10) & 0x000f000f000f000fu;
    return (tens | (word - tens * 10) << 8) | 0x3030303030303030u;
}

/// Writes eight bytes, of which those count that stand behind the zeros in front; how many.
inline size_t write_from_first_digit(uint64_t number, char *into) {
    uint64_t text = eight_characters(number);
    int zeros = __builtin_ctzll((text ^ 0x3030303030303030u) | uint64_t(1) << 56) >> 3;
    text >>= 8 * zeros;
    memcpy(into, &text, 8);
    return size_t(8 - zeros);
}

} // namespace

size_t mr_write_integer(int64_t number, char *into) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t whole = uint64_t(number);
    if (whole < 100000000) return write_from_first_digit(whole, into);
    if (whole < 10000000000000000u) {
        uint64_t high = whole / 100000000;
        size_t count = write_from_first_digit(high, into);
        uint64_t text = eight_characters(whole - high * 100000000);
        memcpy(into + count, &text, 8);
        return count + 8;
    }
#endif
    return size_t(std::to_chars(into, into + 24, number).ptr - into);
}

int64_t mr_parse_time(const uint8_t *text, size_t length, const char *pattern) {
    char copy[128];
    if (length >= sizeof copy || memchr(text, 0, length) != nullptr) return INT64_MIN;
    memcpy(copy, text, length);
    copy[length] = 0;
    struct tm parts = {};
    parts.tm_mday = 1;
    parts.tm_year = 70;
    // %f, as Python has it, is a fraction of a second, cut to milliseconds; strptime does not know it.
    const char *text_end = copy;
    int64_t milliseconds = 0;
    for (const char *rest = pattern;;) {
        const char *fraction = strstr(rest, "%f");
        char part[128];
        size_t size = fraction ? size_t(fraction - rest) : strlen(rest);
        if (size >= sizeof part) return INT64_MIN;
        memcpy(part, rest, size);
        part[size] = 0;
        text_end = strptime(text_end, part, &parts);
        if (text_end == nullptr) return INT64_MIN;
        if (fraction == nullptr) break;
        if (uint8_t(*text_end - '0') > 9) return INT64_MIN;
        for (int64_t scale = 100; uint8_t(*text_end - '0') <= 9; scale /= 10) milliseconds += (*text_end++ - '0') * scale;
        rest = fraction + 2;
    }
    if (*text_end != 0) return INT64_MIN;
    long offset = parts.tm_gmtoff;
    parts.tm_gmtoff = 0;
    // A leap second is the next minute's first.
    int leap = parts.tm_sec == 60;
    parts.tm_sec -= leap;
    // timegm makes the 1st of March of the 30th of February, and says so in its argument.
    struct tm day = parts;
    int64_t seconds = int64_t(timegm(&day));
    if (day.tm_mday != parts.tm_mday || day.tm_mon != parts.tm_mon) return INT64_MIN;
    return (seconds + leap - offset) * 1000 + milliseconds;
}
