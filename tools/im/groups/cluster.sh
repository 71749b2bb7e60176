# Kafka, Redis and gRPC over real sockets: consumer, producer, job's streams, the development broker, the routers' store
test_cluster() {
  ctest --test-dir "$ROOT/build/$PRESET" -L cluster --output-on-failure --no-tests=error
}
