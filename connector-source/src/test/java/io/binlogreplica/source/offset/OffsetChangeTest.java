package io.binlogreplica.source.offset;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Connect would save, and the source never look at, is refused. */
class OffsetChangeTest {

    @ParameterizedTest
    @CsvSource({"shop,orders", "shop,a.b", "`,``", "a-b,c d"})
    void partitionsAsTheSourceWritesThemAreTaken(String database, String table) {
        assertThatCode(() -> check(TableOffset.partition("primary", new TableId(database, table))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"`shop`.orders", "shop.`orders`", "shop", "shop.a.b", "shop.`a.b"})
    void otherNamesOfATableAreRefused(String name) {
        assertThatThrownBy(() -> check(partition("server", "primary", "table", name)))
                .hasMessageContaining("must be database.table");
    }

    @ParameterizedTest
    @CsvSource({"table,shop.orders", "signals,primary.signals"})
    void anotherOrderIsRefused(String key, String value) {
        assertThatThrownBy(() -> check(partition(key, value, "server", "primary")))
                .hasMessageContaining("server first");
    }

    private static void check(Map<String, ?> partition) {
        OffsetChange.check("primary", partition, null, Flavor.MARIADB);
    }

    private static Map<String, String> partition(String... names) {
        var partition = new LinkedHashMap<String, String>();
        for (int i = 0; i < names.length; i += 2) {
            partition.put(names[i], names[i + 1]);
        }
        return partition;
    }
}
