package pipelinetest_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func TestStore_KeepsTheContractOfTheDatabases(t *testing.T) {
	storagetest.Orders(t, func(*testing.T) storagetest.OrderStore { return &pipelinetest.Store{} })
}
