package dev.shed.gateway.access.key;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/// The certificates of one authority, or of all, that a [KeyRevocationList] revokes. Ranges and bitmaps are
/// not expanded, since a few bytes can stand for any number of certificates.
final class RevokedCertificates {
    private static final int SERIAL_LIST = 0x20;
    private static final int SERIAL_RANGE = 0x21;
    private static final int SERIAL_BITMAP = 0x22;
    private static final int KEY_ID = 0x23;

    /// Each array is sorted by signed order.
    private final List<long[]> serials = new ArrayList<>();

    private final List<Range> ranges = new ArrayList<>();
    private final List<Bitmap> bitmaps = new ArrayList<>();
    private final Set<String> keyIds = new HashSet<>();

    /// A range of unsigned numbers, both ends included.
    private record Range(long first, long last) {
        boolean has(long serial) {
            return Long.compareUnsigned(first, serial) <= 0 && Long.compareUnsigned(serial, last) <= 0;
        }
    }

    /// Contains the number `first` + n if its bit n is set.
    private record Bitmap(long first, BigInteger bits) {
        boolean has(long serial) {
            long offset = serial - first;
            return Long.compareUnsigned(serial, first) >= 0
                    && Long.compareUnsigned(offset, bits.bitLength()) < 0
                    && bits.testBit(Math.toIntExact(offset));
        }
    }

    private RevokedCertificates() {}

    static RevokedCertificates parse(WireReader in) throws MalformedException {
        var revoked = new RevokedCertificates();
        while (in.hasMore()) {
            revoked.section(in.uint8(), in.section());
        }
        return revoked;
    }

    private void section(int type, WireReader in) throws MalformedException {
        switch (type) {
            case SERIAL_LIST -> serials.add(list(in));
            case SERIAL_RANGE -> ranges.add(range(in));
            case SERIAL_BITMAP -> bitmaps.add(bitmap(in));
            case KEY_ID -> {
                while (in.hasMore()) {
                    keyIds.add(in.text());
                }
            }
            default ->
                throw new MalformedException("its certificates' section of the type " + type + " is not supported");
        }
        if (in.hasMore()) {
            throw new MalformedException("there is data after the end of one of its sections");
        }
    }

    private static long[] list(WireReader in) throws MalformedException {
        var list = LongStream.builder();
        while (in.hasMore()) {
            list.add(counted(in.uint64()));
        }
        return list.build().sorted().toArray();
    }

    /// Refuses 0, the serial number of all certificates that are not numbered: revoking it must be a mistake.
    private static long counted(long serial) throws MalformedException {
        if (serial == 0) {
            throw new MalformedException("it revokes the serial number 0, which stands for none");
        }
        return serial;
    }

    private static Range range(WireReader in) throws MalformedException {
        var range = new Range(counted(in.uint64()), in.uint64());
        if (Long.compareUnsigned(range.first, range.last) > 0) {
            throw new MalformedException("a range of serial numbers in it ends before it begins");
        }
        return range;
    }

    private static Bitmap bitmap(WireReader in) throws MalformedException {
        long first = in.uint64();
        byte[] bytes = in.string();
        var bits = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
        if (bits.signum() < 0) {
            throw new MalformedException("a bitmap of serial numbers in it is not a number");
        }
        if (bits.signum() > 0 && Long.compareUnsigned(first + bits.bitLength() - 1, first) < 0) {
            throw new MalformedException("a bitmap of serial numbers in it goes beyond the last one");
        }
        if (bits.testBit(0)) {
            counted(first);
        }
        return new Bitmap(first, bits);
    }

    /// The reason why the certificate is revoked; empty if it is not.
    Optional<String> objection(Certificate certificate) {
        if (keyIds.contains(certificate.keyId())) {
            return Optional.of("the certificate is revoked (key ID)");
        }
        long serial = certificate.serial().bits();
        boolean revoked = serial != 0
                && (serials.stream().anyMatch(list -> Arrays.binarySearch(list, serial) >= 0)
                        || ranges.stream().anyMatch(range -> range.has(serial))
                        || bitmaps.stream().anyMatch(bitmap -> bitmap.has(serial)));
        return revoked
                ? Optional.of("the certificate is revoked (serial " + certificate.serial() + ")")
                : Optional.empty();
    }
}
