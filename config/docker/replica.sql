GRANT ALL ON binlog_replica.* TO replicator@'%';
