package io.binlogreplica.metrics;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.utils.Sanitizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics in JMX, by the names that newer workers give them: one bean for each set of tags. */
final class JmxMeters extends Meters {

    private static final Logger log = LoggerFactory.getLogger(JmxMeters.class);

    private static final int TASKS_MAX = 1_000;

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final String connector;
    private final Map<ObjectName, Bean> beans = new ConcurrentHashMap<>();
    /** Which of the connector's tasks on this worker; a task is not told. */
    private int task;

    JmxMeters(String connector) {
        this.connector = connector;
    }

    @Override
    Registration register(Metric metric, Map<String, String> tags, LongSupplier value) {
        try {
            while (true) {
                ObjectName name = name(tags);
                Bean bean = beans.get(name);
                try {
                    if (bean == null) {
                        bean = new Bean();
                        server.registerMBean(bean, name);
                        beans.put(name, bean);
                    }
                    bean.values.put(metric.key(), value);
                    return () -> remove(metric, name);
                } catch (InstanceAlreadyExistsException e) {
                    if (!beans.isEmpty() || ++task == TASKS_MAX) {
                        throw e;
                    }
                }
            }
        } catch (JMException e) {
            log.warn("Metric {} {} is not shown: {}", metric.key(), tags, e.toString());
            return () -> {};
        }
    }

    private ObjectName name(Map<String, String> tags) throws JMException {
        var text = new StringBuilder("kafka.connect:type=plugins,connector=")
                .append(Sanitizer.jmxSanitize(connector))
                .append(",task=")
                .append(task);
        tags.forEach((tag, value) -> text.append(',').append(tag).append('=').append(Sanitizer.jmxSanitize(value)));
        return new ObjectName(text.toString());
    }

    private void remove(Metric metric, ObjectName name) {
        Bean bean = beans.get(name);
        if (bean == null) {
            return;
        }
        bean.values.remove(metric.key());
        if (bean.values.isEmpty()) {
            beans.remove(name);
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                log.debug("{} was gone already", name, e);
            } catch (JMException e) {
                log.warn("{} cannot be removed from JMX: {}", name, e.toString());
            }
        }
    }

    private static final class Bean implements DynamicMBean {

        private final Map<String, LongSupplier> values = new ConcurrentHashMap<>();

        @Override
        public Object getAttribute(String attribute) throws AttributeNotFoundException {
            LongSupplier value = values.get(attribute);
            if (value == null) {
                throw new AttributeNotFoundException(attribute);
            }
            return value.getAsLong();
        }

        @Override
        public AttributeList getAttributes(String[] attributes) {
            var list = new AttributeList();
            for (String attribute : attributes) {
                LongSupplier value = values.get(attribute);
                if (value != null) {
                    list.add(new Attribute(attribute, value.getAsLong()));
                }
            }
            return list;
        }

        @Override
        public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
            throw new AttributeNotFoundException(attribute.getName() + " can only be read");
        }

        @Override
        public AttributeList setAttributes(AttributeList attributes) {
            return new AttributeList();
        }

        @Override
        public Object invoke(String action, Object[] parameters, String[] signature) {
            throw new UnsupportedOperationException(action);
        }

        @Override
        public MBeanInfo getMBeanInfo() {
            MBeanAttributeInfo[] attributes = values.keySet().stream()
                    .sorted()
                    .map(key -> new MBeanAttributeInfo(key, "long", key, true, false, false))
                    .toArray(MBeanAttributeInfo[]::new);
            return new MBeanInfo(Bean.class.getName(), "metrics of a connector's task", attributes, null, null, null);
        }
    }
}
