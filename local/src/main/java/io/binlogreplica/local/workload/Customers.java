package io.binlogreplica.local.workload;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A parent and its child by a foreign key that cascades deletes: MariaDB's binlog has the parent's delete alone. */
final class Customers implements DemoTable {

    private static final int ADDRESSES_MAX = 4;

    private final LiveKeys keys = new LiveKeys();

    /** By customer: a bit for each address that it has. An address's id is its customer's times four, plus the bit's place. */
    private byte[] addresses = new byte[1024];

    @Override
    public List<String> definition() {
        return List.of("""
                CREATE TABLE customers (
                  id INT NOT NULL PRIMARY KEY,
                  name VARCHAR(80) NOT NULL,
                  visits INT NOT NULL)""", """
                CREATE TABLE addresses (
                  id INT NOT NULL PRIMARY KEY,
                  customer_id INT NOT NULL,
                  street VARCHAR(100) NOT NULL,
                  moves INT NOT NULL,
                  KEY customer (customer_id),
                  CONSTRAINT address_of_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
                    ON DELETE CASCADE)""");
    }

    /** Customers and twice as many addresses. */
    @Override
    public void insert(Transaction transaction, SplittableRandom random, int rows) {
        int customers = (rows + 2) / 3;
        var parents = new StringBuilder("INSERT INTO customers VALUES ");
        var children = new StringBuilder("INSERT INTO addresses VALUES ");
        for (int i = 0; i < customers; i++) {
            int customer = keys.add(random);
            setAddresses(customer, 0b11);
            parents.append(i == 0 ? "(" : ",(").append(customer);
            parents.append(",'Ms. ")
                    .append(Long.toString(random.nextLong(1L << 40), Character.MAX_RADIX))
                    .append("',0)");
            children.append(i == 0 ? "" : ",").append(address(random, customer, 0));
            children.append(',').append(address(random, customer, 1));
        }
        transaction.add(parents, customers).add(children, 2 * customers);
    }

    private static String address(SplittableRandom random, int customer, int place) {
        return "(" + id(customer, place) + "," + customer + ",'" + random.nextInt(1_000) + " Main Street',0)";
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(10);
        if (kind < 2 || keys.size() == 0) {
            insert(transaction, random, 1 + random.nextInt(9));
        } else if (kind < 4) {
            int gone = keys.take(random, 1)[0];
            setAddresses(gone, 0);
            transaction.add("DELETE FROM customers WHERE id = " + gone, 1);
        } else if (kind < 5) {
            toggleAddress(transaction, random, keys.pick(random, 1)[0]);
        } else if (kind < 7) {
            int customer = keys.pick(random, 1)[0];
            transaction.add(
                    "UPDATE addresses SET moves = moves + 1 WHERE customer_id = " + customer,
                    Integer.bitCount(addresses[customer]));
        } else {
            for (int customer : keys.pick(random, 3)) {
                transaction.add("UPDATE customers SET visits = visits + 1 WHERE id = " + customer, 1);
            }
        }
    }

    private void toggleAddress(Transaction transaction, SplittableRandom random, int customer) {
        int place = random.nextInt(ADDRESSES_MAX);
        int bit = 1 << place;
        boolean exists = (addresses[customer] & bit) != 0;
        setAddresses(customer, addresses[customer] ^ bit);
        transaction.add(
                exists
                        ? "DELETE FROM addresses WHERE id = " + id(customer, place)
                        : "INSERT INTO addresses VALUES " + address(random, customer, place),
                1);
    }

    private void setAddresses(int customer, int bits) {
        if (customer >= addresses.length) {
            addresses = Arrays.copyOf(addresses, Math.max(customer + 1, addresses.length * 2));
        }
        addresses[customer] = (byte) bits;
    }

    private static int id(int customer, int place) {
        return customer * ADDRESSES_MAX + place;
    }
}
