// Kafka is a broker for tests of what speaks Kafka's protocol: one topic, on a port of 127.0.0.1.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	port := flag.Int("port", 9092, "of 127.0.0.1")
	topic := flag.String("topic", "rum_logs", "that it has")
	partitions := flag.Int("partitions", 8, "of the topic")
	data := flag.String("data", "", "folder that outlives it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(*port), kfake.SeedTopics(int32(*partitions), *topic), kfake.DataDir(*data))
	if err != nil {
		log.Fatalln(err)
	}
	defer cluster.Close()
	<-ctx.Done()
}
