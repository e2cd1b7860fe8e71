package pipelinetest_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/storage/storagetest"
	"github.com/sajangpick/sajangpick/storage/storagetest/orders"
)

func TestPipelinetestStore_KeepsTheContractOfTheDatabases(t *testing.T) {
	orders.Run(t, func(*testing.T) storagetest.OrderStore { return &pipelinetest.Store{} })
}
