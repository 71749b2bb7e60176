# Kafka, Redis and gRPC over real sockets: consumer, producer, job's streams, the development broker, the routers' store
# 2 min
test_cluster() {
  ctest --test-dir "$ROOT/build/$PRESET" -L cluster --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-cluster.xml"
}
