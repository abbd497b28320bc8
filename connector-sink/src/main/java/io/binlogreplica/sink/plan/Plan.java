package io.binlogreplica.sink.plan;

import java.util.List;

/**
 * How to apply the rows of a batch.
 *
 * @param ahead groups to be applied in this order; none of their rows depends on batches that are under way
 * @param behind groups to be applied next, once the batches before are committed
 * @param last groups to be applied behind these, since no transaction takes them back: of tables whose engine has none
 * @param footprint what later batches may depend on
 */
public record Plan(List<Group> ahead, List<Group> behind, List<Group> last, Footprint footprint) {}
