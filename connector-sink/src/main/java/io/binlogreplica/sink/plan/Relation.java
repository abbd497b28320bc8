package io.binlogreplica.sink.plan;

/** What a row has to do with a value that others may have to do with, too. */
enum Relation {
    /** The row takes the value, or gives it up: it keeps its order with all that have to do with the value. */
    WRITE {
        @Override
        int earliest(Uses uses) {
            return uses.last() + 1;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsed();
        }

        @Override
        void note(Uses uses, int group) {
            uses.write = Math.max(uses.write, group);
        }
    },

    /** The row needs the value to be there: it keeps its order with those that write it. */
    READ {
        @Override
        int earliest(Uses uses) {
            return Math.max(uses.write, uses.copy) + 1;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsedButRead();
        }

        @Override
        void note(Uses uses, int group) {
            uses.read = Math.max(uses.read, group);
        }
    },

    /** The row was read together with others of its kind, which it may share a statement with; it keeps its order with all else. */
    COPY {
        @Override
        int earliest(Uses uses) {
            return Math.max(Math.max(uses.write, uses.read) + 1, uses.copy);
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsedButCopied();
        }

        @Override
        void note(Uses uses, int group) {
            uses.copy = Math.max(uses.copy, group);
        }
    },

    /** The row makes one more of what there may be many of: those that change or remove one of them come behind it. */
    MAKE {
        @Override
        int earliest(Uses uses) {
            return 0;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return false;
        }

        @Override
        void note(Uses uses, int group) {
            uses.copy = Math.max(uses.copy, group);
        }
    },

    /** The row is one of many: it comes behind those that make one, or change one. */
    REMOVE {
        @Override
        int earliest(Uses uses) {
            return Math.max(uses.copy, uses.touch) + 1;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return false;
        }

        @Override
        void note(Uses uses, int group) {
            // the next one of them is as good
        }
    },

    /** The row is added to a table whose rows are searched for: not before a batch that searches is done. */
    ADD {
        @Override
        int earliest(Uses uses) {
            return 0;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsedButRead();
        }

        @Override
        void note(Uses uses, int group) {
            uses.read = Math.max(uses.read, group);
        }
    },

    /** The row is searched for in the whole table: not before batches are done that search there, too, or add to it. */
    SEARCH {
        @Override
        int earliest(Uses uses) {
            return 0;
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsed();
        }

        @Override
        void note(Uses uses, int group) {
            uses.write = Math.max(uses.write, group);
        }
    },

    /**
     * The row changes the row of that key otherwise: it keeps its order with others that do, and those that write it. A group of
     * updates runs in order, so two changes of a row's other columns may be in the same one.
     */
    TOUCH {
        @Override
        int earliest(Uses uses) {
            return Math.max(Math.max(uses.write, uses.copy) + 1, uses.touch);
        }

        @Override
        boolean waitsFor(Uses uses) {
            return uses.isUsed();
        }

        @Override
        void note(Uses uses, int group) {
            uses.touch = Math.max(uses.touch, group);
        }
    };

    /** The first group that the row may be in, as far as that goes by how the value was used before in its batch. */
    abstract int earliest(Uses uses);

    /** Whether a batch before that uses the value like that is to be waited for. */
    abstract boolean waitsFor(Uses uses);

    /** The row is in that group. */
    abstract void note(Uses uses, int group);
}
