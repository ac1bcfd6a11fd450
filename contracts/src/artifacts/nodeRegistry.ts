// Made by npm run contracts:build; do not edit.
export const nodeRegistry = {
  "contractName": "NodeRegistry",
  "compiler": "0.8.26+commit.8a97fa7a.Emscripten.clang",
  "abi": [
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "bond",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "bondLock",
          "type": "uint256"
        },
        {
          "components": [
            {
              "internalType": "bytes32",
              "name": "nodeId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "peerId",
              "type": "bytes32"
            },
            {
              "internalType": "address",
              "name": "operator",
              "type": "address"
            }
          ],
          "internalType": "struct INodeRegistry.GenesisNode[]",
          "name": "nodes",
          "type": "tuple[]"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "constructor"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        }
      ],
      "name": "AlreadyRetired",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "keyLength",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "proofLength",
          "type": "uint256"
        }
      ],
      "name": "BadKeyLength",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "BadOperatorSignature",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "BadPoolSignature",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "freeAt",
          "type": "uint64"
        }
      ],
      "name": "BondLocked",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "CheckpointUnorderedInsertion",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "DelegationDisabled",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        },
        {
          "internalType": "uint48",
          "name": "clock",
          "type": "uint48"
        }
      ],
      "name": "ERC5805FutureLookup",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "InvalidShortString",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        }
      ],
      "name": "KeyUsed",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        }
      ],
      "name": "NoBond",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "caller",
          "type": "address"
        }
      ],
      "name": "NotSystem",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "limit",
          "type": "uint256"
        }
      ],
      "name": "PageTooLarge",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "RegistryFull",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "deadline",
          "type": "uint64"
        }
      ],
      "name": "SignatureExpired",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "string",
          "name": "str",
          "type": "string"
        }
      ],
      "name": "StringTooLong",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "payer",
          "type": "address"
        }
      ],
      "name": "TransferFailed",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        }
      ],
      "name": "UnknownNode",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "expiry",
          "type": "uint256"
        }
      ],
      "name": "VotesExpiredSignature",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "paid",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "required",
          "type": "uint256"
        }
      ],
      "name": "WrongBond",
      "type": "error"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "amount",
          "type": "uint256"
        }
      ],
      "name": "BondBurnt",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "payer",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "amount",
          "type": "uint256"
        }
      ],
      "name": "BondWithdrawn",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "delegator",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "fromDelegate",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "toDelegate",
          "type": "address"
        }
      ],
      "name": "DelegateChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "delegate",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "previousVotes",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "newVotes",
          "type": "uint256"
        }
      ],
      "name": "DelegateVotesChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [],
      "name": "EIP712DomainChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "bool",
          "name": "eligible",
          "type": "bool"
        }
      ],
      "name": "EligibilityChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "poolId",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "bytes",
          "name": "blsKey",
          "type": "bytes"
        },
        {
          "indexed": false,
          "internalType": "bytes",
          "name": "proofOfPossession",
          "type": "bytes"
        },
        {
          "indexed": false,
          "internalType": "bytes32",
          "name": "peerId",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "capacityMiB",
          "type": "uint32"
        }
      ],
      "name": "NodeRegistered",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "bondFreeAt",
          "type": "uint64"
        }
      ],
      "name": "NodeRetired",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "poolId",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "bytes32",
          "name": "peerId",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "capacityMiB",
          "type": "uint32"
        }
      ],
      "name": "NodeUpdated",
      "type": "event"
    },
    {
      "inputs": [],
      "name": "BOND_LOCK",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "CLOCK_MODE",
      "outputs": [
        {
          "internalType": "string",
          "name": "",
          "type": "string"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "DOMAIN_SEPARATOR",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "JOIN_POOL_TYPEHASH",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "MAX_NODES",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "MAX_PAGE",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "REGISTER_NODE_TYPEHASH",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "REGISTRATION_BOND",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "SYSTEM",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "activeCount",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "components": [
            {
              "internalType": "bytes32",
              "name": "nodeId",
              "type": "bytes32"
            },
            {
              "internalType": "address",
              "name": "operator",
              "type": "address"
            }
          ],
          "internalType": "struct INodeRegistry.NodeName[]",
          "name": "names",
          "type": "tuple[]"
        }
      ],
      "name": "burnBonds",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "burntBonds",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "clock",
      "outputs": [
        {
          "internalType": "uint48",
          "name": "",
          "type": "uint48"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "name": "delegate",
      "outputs": [],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "",
          "type": "uint8"
        },
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "name": "delegateBySig",
      "outputs": [],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "delegates",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "eip712Domain",
      "outputs": [
        {
          "internalType": "bytes1",
          "name": "fields",
          "type": "bytes1"
        },
        {
          "internalType": "string",
          "name": "name",
          "type": "string"
        },
        {
          "internalType": "string",
          "name": "version",
          "type": "string"
        },
        {
          "internalType": "uint256",
          "name": "chainId",
          "type": "uint256"
        },
        {
          "internalType": "address",
          "name": "verifyingContract",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        },
        {
          "internalType": "uint256[]",
          "name": "extensions",
          "type": "uint256[]"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        }
      ],
      "name": "getPastTotalSupply",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        }
      ],
      "name": "getPastVotes",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "getVotes",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        }
      ],
      "name": "node",
      "outputs": [
        {
          "components": [
            {
              "internalType": "bytes32",
              "name": "nodeId",
              "type": "bytes32"
            },
            {
              "internalType": "address",
              "name": "operator",
              "type": "address"
            },
            {
              "internalType": "bytes32",
              "name": "peerId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "poolId",
              "type": "bytes32"
            },
            {
              "internalType": "uint32",
              "name": "poolJoins",
              "type": "uint32"
            },
            {
              "internalType": "uint32",
              "name": "capacityMiB",
              "type": "uint32"
            },
            {
              "internalType": "uint64",
              "name": "registeredAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "retiredAt",
              "type": "uint64"
            },
            {
              "internalType": "bool",
              "name": "eligible",
              "type": "bool"
            },
            {
              "internalType": "address",
              "name": "bondPayer",
              "type": "address"
            },
            {
              "internalType": "uint256",
              "name": "bond",
              "type": "uint256"
            }
          ],
          "internalType": "struct INodeRegistry.Node",
          "name": "",
          "type": "tuple"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "offset",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "limit",
          "type": "uint256"
        }
      ],
      "name": "nodesOf",
      "outputs": [
        {
          "components": [
            {
              "internalType": "bytes32",
              "name": "nodeId",
              "type": "bytes32"
            },
            {
              "internalType": "address",
              "name": "operator",
              "type": "address"
            },
            {
              "internalType": "bytes32",
              "name": "peerId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "poolId",
              "type": "bytes32"
            },
            {
              "internalType": "uint32",
              "name": "poolJoins",
              "type": "uint32"
            },
            {
              "internalType": "uint32",
              "name": "capacityMiB",
              "type": "uint32"
            },
            {
              "internalType": "uint64",
              "name": "registeredAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "retiredAt",
              "type": "uint64"
            },
            {
              "internalType": "bool",
              "name": "eligible",
              "type": "bool"
            },
            {
              "internalType": "address",
              "name": "bondPayer",
              "type": "address"
            },
            {
              "internalType": "uint256",
              "name": "bond",
              "type": "uint256"
            }
          ],
          "internalType": "struct INodeRegistry.Node[]",
          "name": "page",
          "type": "tuple[]"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "components": [
            {
              "internalType": "bytes32",
              "name": "nodeId",
              "type": "bytes32"
            },
            {
              "internalType": "address",
              "name": "operator",
              "type": "address"
            },
            {
              "internalType": "bool",
              "name": "eligible",
              "type": "bool"
            }
          ],
          "internalType": "struct INodeRegistry.EligibilityChange[]",
          "name": "changes",
          "type": "tuple[]"
        }
      ],
      "name": "recordEligibility",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes",
          "name": "blsKey",
          "type": "bytes"
        },
        {
          "internalType": "bytes",
          "name": "proofOfPossession",
          "type": "bytes"
        },
        {
          "internalType": "bytes32",
          "name": "peerId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "poolId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes",
          "name": "poolSignature",
          "type": "bytes"
        },
        {
          "internalType": "uint32",
          "name": "capacityMiB",
          "type": "uint32"
        }
      ],
      "name": "register",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        },
        {
          "internalType": "bytes",
          "name": "blsKey",
          "type": "bytes"
        },
        {
          "internalType": "bytes",
          "name": "proofOfPossession",
          "type": "bytes"
        },
        {
          "internalType": "bytes32",
          "name": "peerId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "poolId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes",
          "name": "poolSignature",
          "type": "bytes"
        },
        {
          "internalType": "uint32",
          "name": "capacityMiB",
          "type": "uint32"
        },
        {
          "internalType": "uint64",
          "name": "deadline",
          "type": "uint64"
        },
        {
          "internalType": "bytes",
          "name": "signature",
          "type": "bytes"
        }
      ],
      "name": "registerFor",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        }
      ],
      "name": "retire",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "peerId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "poolId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes",
          "name": "poolSignature",
          "type": "bytes"
        },
        {
          "internalType": "uint32",
          "name": "capacityMiB",
          "type": "uint32"
        }
      ],
      "name": "update",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "nodeId",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "operator",
          "type": "address"
        }
      ],
      "name": "withdrawBond",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    }
  ],
  "creationCode": "0x6101a0806040523461035b576135ab803803809161001d828561035f565b833981019060608183031261035b5780516020820151604083015190926001600160401b03821161035b570183601f8201121561035b578051906001600160401b038211610245576040519461007960208460051b018761035f565b8286526020606081880194028301019181831161035b57602001925b8284106102fa57505050506040516100ae60408261035f565b600c815260208101906b4e6f6465526567697374727960a01b8252604051916100d860408461035f565b600183526020830191603160f81b83526100f181610382565b610120526100fe84610518565b61014052519020918260e05251902080610100524660a0526040519060208201927f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f8452604083015260608201524660808201523060a082015260a0815261016760c08261035f565b5190206080523060c052610160526101805280516002555f5b81518110156102805760208160051b830101519081515f52600460205260405f20604083019060018060a01b038251165f5260205260405f20805460ff8160e01c166102595760ff60e01b1916600160e01b1781556020848101516001929092019190915590516001600160a01b03165f90815260059091526040902091518254680100000000000000008110156102455760018101808555811015610231576001935f5260205f20015501610180565b634e487b7160e01b5f52603260045260245ffd5b634e487b7160e01b5f52604160045260245ffd5b84518351633e89066760e01b5f9081526004929092526001600160a01b0316602452604490fd5b604051612f5a9081610651823960805181612126015260a051816121e3015260c051816120f7015260e051816121750152610100518161219b01526101205181610792015261014051816107bb015261016051818181610ff40152611dd501526101805181818161025a015281816107570152610ddd0152f35b60608483031261035b5760405190606082016001600160401b038111838210176102455760409081528551835260208087015190840152850151906001600160a01b038216820361035b578260209260406060950152815201930192610095565b5f80fd5b601f909101601f19168101906001600160401b0382119082101761024557604052565b908151602081105f146103fc575090601f8151116103bc5760208151910151602082106103ad571790565b5f198260200360031b1b161790565b604460209160405192839163305a27a960e01b83528160048401528051918291826024860152018484015e5f828201840152601f01601f19168101030190fd5b6001600160401b038111610245575f54600181811c9116801561050e575b60208210146104fa57601f81116104c8575b50602092601f821160011461046957928192935f9261045e575b50508160011b915f199060031b1c1916175f5560ff90565b015190505f80610446565b601f198216935f8052805f20915f5b8681106104b05750836001959610610498575b505050811b015f5560ff90565b01515f1960f88460031b161c191690555f808061048b565b91926020600181928685015181550194019201610478565b5f8052601f60205f20910160051c810190601f830160051c015b8181106104ef575061042c565b5f81556001016104e2565b634e487b7160e01b5f52602260045260245ffd5b90607f169061041a565b908151602081105f14610543575090601f8151116103bc5760208151910151602082106103ad571790565b6001600160401b03811161024557600154600181811c91168015610646575b60208210146104fa57601f8111610613575b50602092601f82116001146105b257928192935f926105a7575b50508160011b915f199060031b1c19161760015560ff90565b015190505f8061058e565b601f1982169360015f52805f20915f5b8681106105fb57508360019596106105e3575b505050811b0160015560ff90565b01515f1960f88460031b161c191690555f80806105d5565b919260206001819286850151815501940192016105c2565b60015f52601f60205f20910160051c810190601f830160051c015b81811061063b5750610574565b5f815560010161062e565b90607f169061056256fe60806040526004361015610011575f80fd5b5f3560e01c80631f2b6f23146101d457806321cb6499146101cf57806322d49a99146101ca5780633644e515146101c55780633a46b1a8146101c057806341650db2146101bb5780634331ed1f146101b65780634bf5d7e9146101b157806351351d53146101ac578063587cde1e146101a75780635b481d84146101a25780635c19a95c1461019d57806369fc09b9146101985780636b0a3a9b1461019357806384b0196e1461018e5780638dd2babc146101895780638e539e8c146101845780638f16e1cd1461017f57806391ddadf41461017a5780639a5762ef146101755780639ab24eb014610170578063abe3d4801461016b578063bfceaab414610166578063c3cda52014610161578063c89d37de1461015c578063dd3def5314610157578063f8f6d0b6146101525763fa7327ad1461014d575f80fd5b6112b5565b6111b7565b61105b565b610fdd565b610f8d565b610d4b565b610c8d565b610c0a565b610ac6565b6109cb565b6109af565b6108f0565b610893565b61077a565b610740565b610725565b6106e1565b6106a7565b61066a565b61063c565b6105d9565b610597565b61057a565b610477565b610428565b6103cb565b610341565b346102d65760206003193601126102d6576004356101f181611a8f565b6003810180547fffffffff000000000000ffffffffffffffffffffffffffffffffffffffffffff164260b01b7bffffffffffff00000000000000000000000000000000000000000000161790556002549182156102d1575f196102cf930160025561028c61027f7f00000000000000000000000000000000000000000000000000000000000000004261132a565b67ffffffffffffffff1690565b60405167ffffffffffffffff919091168152339082907f7384be74b71e9f10423d2b1912ab7530a08941500c22a410b4ca2bb04d4fd09690602090a33390611add565b005b6112ef565b5f80fd5b9181601f840112156102d65782359167ffffffffffffffff83116102d657602083818601950101116102d657565b60a4359063ffffffff821682036102d657565b60c4359063ffffffff821682036102d657565b6084359063ffffffff821682036102d657565b60c06003193601126102d65760043567ffffffffffffffff81116102d65761036d9036906004016102da565b9060243567ffffffffffffffff81116102d65761038e9036906004016102da565b92604435606435906084359567ffffffffffffffff87116102d6576103ba6102cf9736906004016102da565b9590946103c5610308565b97611337565b346102d65760206003193601126102d65760043567ffffffffffffffff81116102d657366023820112156102d657806004013567ffffffffffffffff81116102d6573660248260061b840101116102d65760246102cf9201611349565b346102d6575f6003193601126102d65760206104426120e0565b604051908152f35b73ffffffffffffffffffffffffffffffffffffffff8116036102d657565b600435906104758261044a565b565b346102d65760406003193601126102d6576004356104948161044a565b73ffffffffffffffffffffffffffffffffffffffff60243591165f5260066020526104c260405f2091612209565b8154905f829160058411610527575b6104dc935084612a3e565b908161050c57505060205f5b79ffffffffffffffffffffffffffffffffffffffffffffffffffff60405191168152f35b6105176020926119fd565b905f52815f20015460301c6104e8565b9192610532816128c9565b81039081116102d1576104dc93855f5265ffffffffffff8260205f2001541665ffffffffffff8516105f146105685750916104d1565b9291506105749061131c565b906104d1565b346102d6575f6003193601126102d6576020600354604051908152f35b346102d6575f6003193601126102d6576020600254604051908152f35b90601f19601f602080948051918291828752018686015e5f8582860101520116010190565b346102d6575f6003193601126102d6576106386040516105fa60408261154f565b600e81527f6d6f64653d74696d657374616d7000000000000000000000000000000000000060208201526040519182916020835260208301906105b4565b0390f35b346102d6575f6003193601126102d657602060405173fffffffffffffffffffffffffffffffffffffffe8152f35b346102d65760206003193601126102d65760206004356106898161044a565b73ffffffffffffffffffffffffffffffffffffffff60405191168152f35b346102d6575f6003193601126102d65760206040517fb892fb7c6f3059540301ea475ed42f16514593d42f0b1779d2b1cbf0d79cfab28152f35b346102d65760206003193601126102d6576106fd60043561044a565b7f4a8489c5000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102d6575f6003193601126102d657602060405160648152f35b346102d6575f6003193601126102d65760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d6575f6003193601126102d65761083a6107b67f0000000000000000000000000000000000000000000000000000000000000000612aa2565b6107df7f0000000000000000000000000000000000000000000000000000000000000000612bbc565b60206040516107ee828261154f565b5f81528161084881830194601f1983013687376040519788977f0f00000000000000000000000000000000000000000000000000000000000000895260e0858a015260e08901906105b4565b9087820360408901526105b4565b914660608701523060808701525f60a087015285830360c087015251918281520192915f5b82811061087c57505050500390f35b83518552869550938101939281019260010161086d565b346102d65760206003193601126102d65760043567ffffffffffffffff81116102d657366023820112156102d657806004013567ffffffffffffffff81116102d65736602460608302840101116102d65760246102cf92016115da565b346102d65760206003193601126102d65761090c600435612209565b600754905f82916005841161095b575b61092893506007612a3e565b8061093957506040515f8152602090f35b6109566109476020926119fd565b60075f52825f20015460301c90565b6104e8565b9192610966816128c9565b81039081116102d1576109289360075f5265ffffffffffff8260205f2001541665ffffffffffff8516105f1461099d57509161091c565b9291506109a99061131c565b9061091c565b346102d6575f6003193601126102d65760206040516127108152f35b346102d6575f6003193601126102d657602060405165ffffffffffff42168152f35b610140809180518452610a1d6020820151602086019073ffffffffffffffffffffffffffffffffffffffff169052565b6040810151604085015260608101516060850152610a486080820151608086019063ffffffff169052565b60a08181015163ffffffff169085015260c08181015167ffffffffffffffff169085015260e08181015167ffffffffffffffff1690850152610100818101511515908501526101208181015173ffffffffffffffffffffffffffffffffffffffff16908501520151910152565b6101608101929161047591906109ed565b346102d65760406003193601126102d657610638610bfe600435602435610aec8161044a565b610af46116bc565b50610aff8183612255565b91610bf9610be96003610b10611577565b95610b99610b908254610b53610b398273ffffffffffffffffffffffffffffffffffffffff1690565b73ffffffffffffffffffffffffffffffffffffffff168b52565b63ffffffff60a082901c1660208b015263ffffffff60c082901c1660408b0152610b8760e082901c60ff16151560608c0152565b60e81c60ff1690565b15156080890152565b600181015460a0880152600281015460c088015201546fffffffffffffffffffffffffffffffff811660e087015265ffffffffffff608082901c166101008701525b60b01c65ffffffffffff1690565b65ffffffffffff16610120850152565b6122e2565b60405191829182610ab5565b346102d65760206003193601126102d65773ffffffffffffffffffffffffffffffffffffffff600435610c3c8161044a565b165f526006602052602079ffffffffffffffffffffffffffffffffffffffffffffffffffff610c6d60405f20612417565b16604051908152f35b60e4359067ffffffffffffffff821682036102d657565b6101206003193601126102d657610ca2610468565b60243567ffffffffffffffff81116102d657610cc29036906004016102da565b9160443567ffffffffffffffff81116102d657610ce39036906004016102da565b60843560643560a43567ffffffffffffffff81116102d657610d099036906004016102da565b929091610d1461031b565b94610d1d610c76565b96610104359a67ffffffffffffffff8c116102d657610d436102cf9c36906004016102da565b9b909a61183c565b346102d65760406003193601126102d657600435602435610d6b8161044a565b610d758183612255565b906003820192835492610daf610d9a856fffffffffffffffffffffffffffffffff1690565b6fffffffffffffffffffffffffffffffff1690565b938415610f605760b01c65ffffffffffff1665ffffffffffff811615610f2c57610e029065ffffffffffff167f00000000000000000000000000000000000000000000000000000000000000009061132a565b804210610ef757505f9384938493610e5b610e3286955473ffffffffffffffffffffffffffffffffffffffff1690565b987fffffffffffffffffffffffffffffffff000000000000000000000000000000008154169055565b60405183815273ffffffffffffffffffffffffffffffffffffffff898116931691907f6968197ab6253865338e2a3bb0c15a3f8d1e2dbae75f5347311c562eab98888c90602090a4855af1610eae6119ce565b5015610eb657005b7f39f1c8d9000000000000000000000000000000000000000000000000000000005f5273ffffffffffffffffffffffffffffffffffffffff1660045260245ffd5b7fcd40c113000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff1660045260245ffd5b7fcd40c113000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff60045260245ffd5b7f0f08c7c4000000000000000000000000000000000000000000000000000000005f52600483905260245ffd5b346102d65760c06003193601126102d657610fa960043561044a565b60643560ff8116036102d6577f4a8489c5000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102d6575f6003193601126102d65760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b60206040818301928281528451809452019201905f5b81811061103a5750505090565b90919260206101608261105060019488516109ed565b01940192910161102d565b346102d65760606003193601126102d6576004356110788161044a565b60243590604435906064821161118a576110b08173ffffffffffffffffffffffffffffffffffffffff165f52600560205260405f2090565b80548481811061117b5750505f925b808411611173575b506110d183611a18565b935f5b8481106110e957604051806106388882611017565b8061115761110f6111056110ff6001958761132a565b87611a66565b90549060031b1c90565b8661115161114c82611129855f52600460205260405f2090565b9073ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b61171f565b916122e2565b6111618289611a7b565b5261116c8188611a7b565b50016110d4565b92505f6110c7565b61118491611a0b565b926110bf565b7fd2599bab000000000000000000000000000000000000000000000000000000005f52600482905260245ffd5b346102d65760a06003193601126102d65760443560243560043560643567ffffffffffffffff81116102d65761126d6111f963ffffffff9236906004016102da565b919061120361032e565b92839161120f87611a8f565b9160028301548a036112a1575b5050866001820155907fffffffffffffffff00000000ffffffffffffffffffffffffffffffffffffffff77ffffffff000000000000000000000000000000000000000083549260a01b169116179055565b6040519384521660208301527f81741b938bd3324d61de00d6596827f438899e97a2cf720ad8de48c2d8e9067f60403393a4005b6112ae918a84338b612500565b5f8061121c565b346102d6575f6003193601126102d65760206040517f2ca685be41e6bd54221a09f9482bebd3f2aed6ffcd3b235268c690995b478a858152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b90600182018092116102d157565b919082018092116102d157565b90610475989796959493929133611dbb565b9073fffffffffffffffffffffffffffffffffffffffe33036114a7575f5b81811061137357505050565b8060036113d06113986113896001958789611500565b355f52600460205260405f2090565b6113ae60206113a886898b611500565b01611515565b73ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b016113ee610d9a82546fffffffffffffffffffffffffffffffff1690565b9081156114a05780547fffffffffffffffffffffffffffffffff0000000000000000000000000000000016905561142f61142a8260035461132a565b600355565b61143a828587611500565b357fe1587545eaa634b7ee58a1d2f4a7f3da915518a030363d5cff0c36b994b128f461149673ffffffffffffffffffffffffffffffffffffffff61148460206113a8888b8d611500565b60405195865216939081906020820190565b0390a35b01611367565b505061149a565b7f3741f60e000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b91908110156115105760061b0190565b6114d3565b3561151f8161044a565b90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b90601f601f19910116810190811067ffffffffffffffff82111761157257604052565b611522565b604051906104756101408361154f565b604051906104756101608361154f565b6040519061047560408361154f565b67ffffffffffffffff811161157257601f01601f191660200190565b67ffffffffffffffff81116115725760051b60200190565b9073fffffffffffffffffffffffffffffffffffffffe33036114a7575f5b81811061160457505050565b80611612600192848661169f565b8035611626815f52600460205260405f2090565b9161163860208201936113ae85611515565b9061164f61164b835460ff9060e01c1690565b1590565b8015611687575b61167e57611672604061166b61167896611515565b92016116af565b92611bda565b016115f8565b50505050611678565b50600382015460b01c65ffffffffffff161515611656565b9190811015611510576060020190565b3580151581036102d65790565b60405190610160820182811067ffffffffffffffff821117611572576040525f610140838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e082015282610100820152826101208201520152565b906104756117f66003611730611577565b946117b06117a782546117736117598273ffffffffffffffffffffffffffffffffffffffff1690565b73ffffffffffffffffffffffffffffffffffffffff168a52565b63ffffffff60a082901c1660208a015263ffffffff60c082901c1660408a0152610b8760e082901c60ff16151560608b0152565b15156080880152565b600181015460a0870152600281015460c087015201546fffffffffffffffffffffffffffffffff811660e086015265ffffffffffff608082901c16610100860152610bdb565b65ffffffffffff16610120840152565b929192611812826115a6565b91611820604051938461154f565b8294818452818301116102d6578281602093845f960137010152565b9b91939597999a90929496989a67ffffffffffffffff81164211611999579161194991878e6119418f61193373ffffffffffffffffffffffffffffffffffffffff988f928f936118a28f8f8f611893913691611806565b60208151910120993691611806565b6020815191012094604051978896602088019a8b95909796929467ffffffffffffffff9473ffffffffffffffffffffffffffffffffffffffff60e09763ffffffff956101008b019c7f2ca685be41e6bd54221a09f9482bebd3f2aed6ffcd3b235268c690995b478a858c5260208c015260408b0152166060890152608088015260a08701521660c085015216910152565b03601f19810183528261154f565b519020612440565b818c16918291161490811591611990575b506119685761047599611dbb565b7faca9361e000000000000000000000000000000000000000000000000000000005f5260045ffd5b9050155f61195a565b7ffcd4a11f000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff1660045260245ffd5b3d156119f8573d906119df826115a6565b916119ed604051938461154f565b82523d5f602084013e565b606090565b905f1982019182116102d157565b919082039182116102d157565b90611a22826115c2565b611a2f604051918261154f565b828152601f19611a3f82946115c2565b01905f5b828110611a4f57505050565b602090611a5a6116bc565b82828501015201611a43565b8054821015611510575f5260205f2001905f90565b80518210156115105760209160051b010190565b90611a9a3383612255565b9165ffffffffffff600384015460b01c16611ab25750565b7f6a93e747000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b919081549060ff8260e81c1615611bd4577fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724927fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff73ffffffffffffffffffffffffffffffffffffffff93169055611b7b5f611b768373ffffffffffffffffffffffffffffffffffffffff165f52600660205260405f2090565b6127a2565b929091611b875f6126b1565b50506040515f815291169485917f6c472026c386a0e692c1ef8ba759008cdc269b70539c4ce39f06eab7689ef53590602090a360408051918252602082019290925290819081015b0390a2565b50505050565b92919091815493811515908160ff8760e81c16151514611cf85773ffffffffffffffffffffffffffffffffffffffff7fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a72495611ccf957f6c472026c386a0e692c1ef8ba759008cdc269b70539c4ce39f06eab7689ef535987fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7dff00000000000000000000000000000000000000000000000000000000008760e81b169116179055611cc785611b768373ffffffffffffffffffffffffffffffffffffffff165f52600660205260405f2090565b9690956126b1565b505060405193845216958692602090a36040805191825260208201929092529081908101611bcf565b505050505050565b908092918237015f815290565b6040513d5f823e3d90fd5b80546801000000000000000081101561157257611d3a91600182018155611a66565b5f19829392549160031b92831b921b1916179055565b5f1981146102d15760010190565b601f8260209493601f1993818652868601375f8582860101520116010190565b9496959192606094611da1611daf9363ffffffff9660808a5260808a0191611d5e565b918783036020890152611d5e565b95604085015216910152565b9598949392919097603082148015906120d5575b6120a3577f000000000000000000000000000000000000000000000000000000000000000080340361207457506127106002541461204c5760205f838b611e1b60405180938193611d00565b039060025afa15612047575f5197611e3f886111298b5f52600460205260405f2090565b805460e01c60ff16612000579289611fe7969373ffffffffffffffffffffffffffffffffffffffff9996938e87611eda7fded7cd1799eaf8131a46de5150c074ba5c6f7dd4bbdd26fa758896a4c8a1164d9e9c997c01000000000000000000000000000000000000000000000000000000007fffffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffff825416179055565b8054337fffffffffffffffff00000000000000000000000000000000000000000000000090911677ffffffff000000000000000000000000000000000000000060a08d901b16171781556001810189905560038101805475ffffffffffff000000000000000000000000000000004260801b167fffffffffffffffffffff000000000000000000000000000000000000000000009091166fffffffffffffffffffffffffffffffff3416171790558b82611fec575b915050611fc6939250611fc1915073ffffffffffffffffffffffffffffffffffffffff165f52600560205260405f2090565b611d18565b611fd9611fd4600254611d50565b600255565b604051978897169a87611d7e565b0390a4565b611ff595612500565b895f808e818b611f8f565b7f3e890667000000000000000000000000000000000000000000000000000000005f5260048a905273ffffffffffffffffffffffffffffffffffffffff891660245260445ffd5b611d0d565b7fd1071567000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f0c5e03da000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b7f3235c503000000000000000000000000000000000000000000000000000000005f526004829052602484905260445ffd5b506060841415611dcf565b73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000163014806121e0575b15612148577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a081526121da60c08261154f565b51902090565b507f0000000000000000000000000000000000000000000000000000000000000000461461211f565b65ffffffffffff421680821015612226575065ffffffffffff1690565b907fecd3f81e000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9190825f52600460205261228a8160405f209073ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b9260ff845460e01c161561229c575050565b73ffffffffffffffffffffffffffffffffffffffff92507f69053cea000000000000000000000000000000000000000000000000000000005f526004521660245260445ffd5b916122eb6116bc565b5060a081015160c0820151604083015163ffffffff16602084015163ffffffff1661010085015165ffffffffffff16916101208601516123309065ffffffffffff1690565b93608087015161233f90151590565b95875161235f9073ffffffffffffffffffffffffffffffffffffffff1690565b60e0909801516fffffffffffffffffffffffffffffffff1698612380611587565b9a8b5273ffffffffffffffffffffffffffffffffffffffff1660208b015260408a0152606089015263ffffffff16608088015263ffffffff1660a087015265ffffffffffff1660c086015265ffffffffffff1660e0850152151561010084015273ffffffffffffffffffffffffffffffffffffffff166101208301526fffffffffffffffffffffffffffffffff1661014082015290565b8054806124245750505f90565b805f198101116102d1575f19915f5260205f2001015460301c90565b6124949291604261248e926124536120e0565b90604051917f190100000000000000000000000000000000000000000000000000000000000083526002830152602282015220923691611806565b90612c74565b5060048110156124aa576124a55790565b505f90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b63ffffffff1663ffffffff81146102d15760010190565b805191908290602001825e015f815290565b9492949391938560028601558515611cf857846125a66125f29261259d946125336125f7995463ffffffff9060c01c1690565b604080517fb892fb7c6f3059540301ea475ed42f16514593d42f0b1779d2b1cbf0d79cfab2602082019081529181019490945273ffffffffffffffffffffffffffffffffffffffff909216606084015263ffffffff81166080840152959091908160a08101611933565b519020936124d7565b7fffffffff00000000ffffffffffffffffffffffffffffffffffffffffffffffff7bffffffff00000000000000000000000000000000000000000000000083549260c01b169116179055565b612440565b9073ffffffffffffffffffffffffffffffffffffffff821615918215612648575b505061262057565b7fcecc2cea000000000000000000000000000000000000000000000000000000005f5260045ffd5b602091925061269b61193361268f5f936040519283918783017fffffffffffffffffffffffffffffffffffffffff00000000000000000000000060149260601b1681520190565b604051918280926124ee565b039060025afa15612047575f5114155f80612618565b6126bb6007612417565b901561273b5779ffffffffffffffffffffffffffffffffffffffffffffffffffff60019116019079ffffffffffffffffffffffffffffffffffffffffffffffffffff82116102d15779ffffffffffffffffffffffffffffffffffffffffffffffffffff61273481935b65ffffffffffff42166007612e27565b9316921690565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff5f199116019079ffffffffffffffffffffffffffffffffffffffffffffffffffff82116102d15779ffffffffffffffffffffffffffffffffffffffffffffffffffff6127348193612724565b91906127ad83612417565b90156128285779ffffffffffffffffffffffffffffffffffffffffffffffffffff60019116019179ffffffffffffffffffffffffffffffffffffffffffffffffffff83116102d15761273479ffffffffffffffffffffffffffffffffffffffffffffffffffff93918492905b65ffffffffffff421690612e27565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff5f199116019179ffffffffffffffffffffffffffffffffffffffffffffffffffff83116102d15761273479ffffffffffffffffffffffffffffffffffffffffffffffffffff9391849290612819565b811561289c570490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b600181111561151f578060017001000000000000000000000000000000008310156129fc575b6129a261299861298e61298461297a61297061295f6129a99760048a680100000000000000006129ae9c10156129ef575b6401000000008110156129e2575b620100008110156129d5575b6101008110156129c8575b60108110156129bb575b10156129b3575b60030260011c90565b612969818b612892565b0160011c90565b612969818a612892565b6129698189612892565b6129698188612892565b6129698187612892565b6129698186612892565b8093612892565b821190565b900390565b60011b612956565b60041c9160021b9161294f565b60081c9160041b91612945565b60101c9160081b9161293a565b60201c9160101b9161292e565b60401c9160201b91612920565b50506129ae6129a96129a261299861298e61298461297a61297061295f612a238a60801c90565b98506801000000000000000097506128ef9650505050505050565b91905b838210612a4e5750505090565b9091928083169080841860011c82018092116102d157845f5265ffffffffffff8260205f2001541665ffffffffffff8416105f14612a905750925b9190612a41565b939250612a9c9061131c565b91612a89565b60ff8114612ab35761151f90612cae565b506040515f80548060011c91600182168015612bb2575b602084108114612b855783855284926020840191908115612b4e5750600114612afb575b5061151f9250038261154f565b5f80805291507f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5635b848310612b37575061151f9350015f612aee565b805482840152859350602090920191600101612b23565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001682525061151f93151560051b0190505f612aee565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b92607f1692612aca565b60ff8114612bcd5761151f90612cae565b506040515f6001548060011c91600182168015612c6a575b602084108114612b855783855284926020840191908115612b4e5750600114612c15575061151f9250038261154f565b60015f90815291507fb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf65b848310612c53575061151f9350015f612aee565b805482840152859350602090920191600101612c3f565b92607f1692612be5565b8151919060418303612ca457612c9d9250602082015190606060408401519301515f1a90612d05565b9192909190565b50505f9160029190565b60ff811690601f8211612cdd5760405191612cca60408461154f565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411612d89579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa15612047575f5173ffffffffffffffffffffffffffffffffffffffff811615612d7f57905f905f90565b505f906001905f90565b5050505f9160039190565b80546801000000000000000081101561157257612db691600182018155611a66565b612dfb5781516020929092015160301b7fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000001665ffffffffffff92909216919091179055565b7f4e487b71000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b80549293928015612f1d57612e3e612e49916119fd565b825f5260205f200190565b8054603081901c9365ffffffffffff91821692918116808411612ef557879303612eae5750612eaa92509065ffffffffffff7fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000083549260301b169116179055565b9190565b915050612eaa91612ece612ec0611597565b65ffffffffffff9093168352565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff86166020830152612d94565b7f2520601d000000000000000000000000000000000000000000000000000000005f5260045ffd5b5090612f5591612f2e612ec0611597565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff85166020830152612d94565b5f919056",
  "runtimeCode": "0x60806040526004361015610011575f80fd5b5f3560e01c80631f2b6f23146101d457806321cb6499146101cf57806322d49a99146101ca5780633644e515146101c55780633a46b1a8146101c057806341650db2146101bb5780634331ed1f146101b65780634bf5d7e9146101b157806351351d53146101ac578063587cde1e146101a75780635b481d84146101a25780635c19a95c1461019d57806369fc09b9146101985780636b0a3a9b1461019357806384b0196e1461018e5780638dd2babc146101895780638e539e8c146101845780638f16e1cd1461017f57806391ddadf41461017a5780639a5762ef146101755780639ab24eb014610170578063abe3d4801461016b578063bfceaab414610166578063c3cda52014610161578063c89d37de1461015c578063dd3def5314610157578063f8f6d0b6146101525763fa7327ad1461014d575f80fd5b6112b5565b6111b7565b61105b565b610fdd565b610f8d565b610d4b565b610c8d565b610c0a565b610ac6565b6109cb565b6109af565b6108f0565b610893565b61077a565b610740565b610725565b6106e1565b6106a7565b61066a565b61063c565b6105d9565b610597565b61057a565b610477565b610428565b6103cb565b610341565b346102d65760206003193601126102d6576004356101f181611a8f565b6003810180547fffffffff000000000000ffffffffffffffffffffffffffffffffffffffffffff164260b01b7bffffffffffff00000000000000000000000000000000000000000000161790556002549182156102d1575f196102cf930160025561028c61027f7f00000000000000000000000000000000000000000000000000000000000000004261132a565b67ffffffffffffffff1690565b60405167ffffffffffffffff919091168152339082907f7384be74b71e9f10423d2b1912ab7530a08941500c22a410b4ca2bb04d4fd09690602090a33390611add565b005b6112ef565b5f80fd5b9181601f840112156102d65782359167ffffffffffffffff83116102d657602083818601950101116102d657565b60a4359063ffffffff821682036102d657565b60c4359063ffffffff821682036102d657565b6084359063ffffffff821682036102d657565b60c06003193601126102d65760043567ffffffffffffffff81116102d65761036d9036906004016102da565b9060243567ffffffffffffffff81116102d65761038e9036906004016102da565b92604435606435906084359567ffffffffffffffff87116102d6576103ba6102cf9736906004016102da565b9590946103c5610308565b97611337565b346102d65760206003193601126102d65760043567ffffffffffffffff81116102d657366023820112156102d657806004013567ffffffffffffffff81116102d6573660248260061b840101116102d65760246102cf9201611349565b346102d6575f6003193601126102d65760206104426120e0565b604051908152f35b73ffffffffffffffffffffffffffffffffffffffff8116036102d657565b600435906104758261044a565b565b346102d65760406003193601126102d6576004356104948161044a565b73ffffffffffffffffffffffffffffffffffffffff60243591165f5260066020526104c260405f2091612209565b8154905f829160058411610527575b6104dc935084612a3e565b908161050c57505060205f5b79ffffffffffffffffffffffffffffffffffffffffffffffffffff60405191168152f35b6105176020926119fd565b905f52815f20015460301c6104e8565b9192610532816128c9565b81039081116102d1576104dc93855f5265ffffffffffff8260205f2001541665ffffffffffff8516105f146105685750916104d1565b9291506105749061131c565b906104d1565b346102d6575f6003193601126102d6576020600354604051908152f35b346102d6575f6003193601126102d6576020600254604051908152f35b90601f19601f602080948051918291828752018686015e5f8582860101520116010190565b346102d6575f6003193601126102d6576106386040516105fa60408261154f565b600e81527f6d6f64653d74696d657374616d7000000000000000000000000000000000000060208201526040519182916020835260208301906105b4565b0390f35b346102d6575f6003193601126102d657602060405173fffffffffffffffffffffffffffffffffffffffe8152f35b346102d65760206003193601126102d65760206004356106898161044a565b73ffffffffffffffffffffffffffffffffffffffff60405191168152f35b346102d6575f6003193601126102d65760206040517fb892fb7c6f3059540301ea475ed42f16514593d42f0b1779d2b1cbf0d79cfab28152f35b346102d65760206003193601126102d6576106fd60043561044a565b7f4a8489c5000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102d6575f6003193601126102d657602060405160648152f35b346102d6575f6003193601126102d65760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d6575f6003193601126102d65761083a6107b67f0000000000000000000000000000000000000000000000000000000000000000612aa2565b6107df7f0000000000000000000000000000000000000000000000000000000000000000612bbc565b60206040516107ee828261154f565b5f81528161084881830194601f1983013687376040519788977f0f00000000000000000000000000000000000000000000000000000000000000895260e0858a015260e08901906105b4565b9087820360408901526105b4565b914660608701523060808701525f60a087015285830360c087015251918281520192915f5b82811061087c57505050500390f35b83518552869550938101939281019260010161086d565b346102d65760206003193601126102d65760043567ffffffffffffffff81116102d657366023820112156102d657806004013567ffffffffffffffff81116102d65736602460608302840101116102d65760246102cf92016115da565b346102d65760206003193601126102d65761090c600435612209565b600754905f82916005841161095b575b61092893506007612a3e565b8061093957506040515f8152602090f35b6109566109476020926119fd565b60075f52825f20015460301c90565b6104e8565b9192610966816128c9565b81039081116102d1576109289360075f5265ffffffffffff8260205f2001541665ffffffffffff8516105f1461099d57509161091c565b9291506109a99061131c565b9061091c565b346102d6575f6003193601126102d65760206040516127108152f35b346102d6575f6003193601126102d657602060405165ffffffffffff42168152f35b610140809180518452610a1d6020820151602086019073ffffffffffffffffffffffffffffffffffffffff169052565b6040810151604085015260608101516060850152610a486080820151608086019063ffffffff169052565b60a08181015163ffffffff169085015260c08181015167ffffffffffffffff169085015260e08181015167ffffffffffffffff1690850152610100818101511515908501526101208181015173ffffffffffffffffffffffffffffffffffffffff16908501520151910152565b6101608101929161047591906109ed565b346102d65760406003193601126102d657610638610bfe600435602435610aec8161044a565b610af46116bc565b50610aff8183612255565b91610bf9610be96003610b10611577565b95610b99610b908254610b53610b398273ffffffffffffffffffffffffffffffffffffffff1690565b73ffffffffffffffffffffffffffffffffffffffff168b52565b63ffffffff60a082901c1660208b015263ffffffff60c082901c1660408b0152610b8760e082901c60ff16151560608c0152565b60e81c60ff1690565b15156080890152565b600181015460a0880152600281015460c088015201546fffffffffffffffffffffffffffffffff811660e087015265ffffffffffff608082901c166101008701525b60b01c65ffffffffffff1690565b65ffffffffffff16610120850152565b6122e2565b60405191829182610ab5565b346102d65760206003193601126102d65773ffffffffffffffffffffffffffffffffffffffff600435610c3c8161044a565b165f526006602052602079ffffffffffffffffffffffffffffffffffffffffffffffffffff610c6d60405f20612417565b16604051908152f35b60e4359067ffffffffffffffff821682036102d657565b6101206003193601126102d657610ca2610468565b60243567ffffffffffffffff81116102d657610cc29036906004016102da565b9160443567ffffffffffffffff81116102d657610ce39036906004016102da565b60843560643560a43567ffffffffffffffff81116102d657610d099036906004016102da565b929091610d1461031b565b94610d1d610c76565b96610104359a67ffffffffffffffff8c116102d657610d436102cf9c36906004016102da565b9b909a61183c565b346102d65760406003193601126102d657600435602435610d6b8161044a565b610d758183612255565b906003820192835492610daf610d9a856fffffffffffffffffffffffffffffffff1690565b6fffffffffffffffffffffffffffffffff1690565b938415610f605760b01c65ffffffffffff1665ffffffffffff811615610f2c57610e029065ffffffffffff167f00000000000000000000000000000000000000000000000000000000000000009061132a565b804210610ef757505f9384938493610e5b610e3286955473ffffffffffffffffffffffffffffffffffffffff1690565b987fffffffffffffffffffffffffffffffff000000000000000000000000000000008154169055565b60405183815273ffffffffffffffffffffffffffffffffffffffff898116931691907f6968197ab6253865338e2a3bb0c15a3f8d1e2dbae75f5347311c562eab98888c90602090a4855af1610eae6119ce565b5015610eb657005b7f39f1c8d9000000000000000000000000000000000000000000000000000000005f5273ffffffffffffffffffffffffffffffffffffffff1660045260245ffd5b7fcd40c113000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff1660045260245ffd5b7fcd40c113000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff60045260245ffd5b7f0f08c7c4000000000000000000000000000000000000000000000000000000005f52600483905260245ffd5b346102d65760c06003193601126102d657610fa960043561044a565b60643560ff8116036102d6577f4a8489c5000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102d6575f6003193601126102d65760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b60206040818301928281528451809452019201905f5b81811061103a5750505090565b90919260206101608261105060019488516109ed565b01940192910161102d565b346102d65760606003193601126102d6576004356110788161044a565b60243590604435906064821161118a576110b08173ffffffffffffffffffffffffffffffffffffffff165f52600560205260405f2090565b80548481811061117b5750505f925b808411611173575b506110d183611a18565b935f5b8481106110e957604051806106388882611017565b8061115761110f6111056110ff6001958761132a565b87611a66565b90549060031b1c90565b8661115161114c82611129855f52600460205260405f2090565b9073ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b61171f565b916122e2565b6111618289611a7b565b5261116c8188611a7b565b50016110d4565b92505f6110c7565b61118491611a0b565b926110bf565b7fd2599bab000000000000000000000000000000000000000000000000000000005f52600482905260245ffd5b346102d65760a06003193601126102d65760443560243560043560643567ffffffffffffffff81116102d65761126d6111f963ffffffff9236906004016102da565b919061120361032e565b92839161120f87611a8f565b9160028301548a036112a1575b5050866001820155907fffffffffffffffff00000000ffffffffffffffffffffffffffffffffffffffff77ffffffff000000000000000000000000000000000000000083549260a01b169116179055565b6040519384521660208301527f81741b938bd3324d61de00d6596827f438899e97a2cf720ad8de48c2d8e9067f60403393a4005b6112ae918a84338b612500565b5f8061121c565b346102d6575f6003193601126102d65760206040517f2ca685be41e6bd54221a09f9482bebd3f2aed6ffcd3b235268c690995b478a858152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b90600182018092116102d157565b919082018092116102d157565b90610475989796959493929133611dbb565b9073fffffffffffffffffffffffffffffffffffffffe33036114a7575f5b81811061137357505050565b8060036113d06113986113896001958789611500565b355f52600460205260405f2090565b6113ae60206113a886898b611500565b01611515565b73ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b016113ee610d9a82546fffffffffffffffffffffffffffffffff1690565b9081156114a05780547fffffffffffffffffffffffffffffffff0000000000000000000000000000000016905561142f61142a8260035461132a565b600355565b61143a828587611500565b357fe1587545eaa634b7ee58a1d2f4a7f3da915518a030363d5cff0c36b994b128f461149673ffffffffffffffffffffffffffffffffffffffff61148460206113a8888b8d611500565b60405195865216939081906020820190565b0390a35b01611367565b505061149a565b7f3741f60e000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b91908110156115105760061b0190565b6114d3565b3561151f8161044a565b90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b90601f601f19910116810190811067ffffffffffffffff82111761157257604052565b611522565b604051906104756101408361154f565b604051906104756101608361154f565b6040519061047560408361154f565b67ffffffffffffffff811161157257601f01601f191660200190565b67ffffffffffffffff81116115725760051b60200190565b9073fffffffffffffffffffffffffffffffffffffffe33036114a7575f5b81811061160457505050565b80611612600192848661169f565b8035611626815f52600460205260405f2090565b9161163860208201936113ae85611515565b9061164f61164b835460ff9060e01c1690565b1590565b8015611687575b61167e57611672604061166b61167896611515565b92016116af565b92611bda565b016115f8565b50505050611678565b50600382015460b01c65ffffffffffff161515611656565b9190811015611510576060020190565b3580151581036102d65790565b60405190610160820182811067ffffffffffffffff821117611572576040525f610140838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e082015282610100820152826101208201520152565b906104756117f66003611730611577565b946117b06117a782546117736117598273ffffffffffffffffffffffffffffffffffffffff1690565b73ffffffffffffffffffffffffffffffffffffffff168a52565b63ffffffff60a082901c1660208a015263ffffffff60c082901c1660408a0152610b8760e082901c60ff16151560608b0152565b15156080880152565b600181015460a0870152600281015460c087015201546fffffffffffffffffffffffffffffffff811660e086015265ffffffffffff608082901c16610100860152610bdb565b65ffffffffffff16610120840152565b929192611812826115a6565b91611820604051938461154f565b8294818452818301116102d6578281602093845f960137010152565b9b91939597999a90929496989a67ffffffffffffffff81164211611999579161194991878e6119418f61193373ffffffffffffffffffffffffffffffffffffffff988f928f936118a28f8f8f611893913691611806565b60208151910120993691611806565b6020815191012094604051978896602088019a8b95909796929467ffffffffffffffff9473ffffffffffffffffffffffffffffffffffffffff60e09763ffffffff956101008b019c7f2ca685be41e6bd54221a09f9482bebd3f2aed6ffcd3b235268c690995b478a858c5260208c015260408b0152166060890152608088015260a08701521660c085015216910152565b03601f19810183528261154f565b519020612440565b818c16918291161490811591611990575b506119685761047599611dbb565b7faca9361e000000000000000000000000000000000000000000000000000000005f5260045ffd5b9050155f61195a565b7ffcd4a11f000000000000000000000000000000000000000000000000000000005f5267ffffffffffffffff1660045260245ffd5b3d156119f8573d906119df826115a6565b916119ed604051938461154f565b82523d5f602084013e565b606090565b905f1982019182116102d157565b919082039182116102d157565b90611a22826115c2565b611a2f604051918261154f565b828152601f19611a3f82946115c2565b01905f5b828110611a4f57505050565b602090611a5a6116bc565b82828501015201611a43565b8054821015611510575f5260205f2001905f90565b80518210156115105760209160051b010190565b90611a9a3383612255565b9165ffffffffffff600384015460b01c16611ab25750565b7f6a93e747000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b919081549060ff8260e81c1615611bd4577fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724927fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff73ffffffffffffffffffffffffffffffffffffffff93169055611b7b5f611b768373ffffffffffffffffffffffffffffffffffffffff165f52600660205260405f2090565b6127a2565b929091611b875f6126b1565b50506040515f815291169485917f6c472026c386a0e692c1ef8ba759008cdc269b70539c4ce39f06eab7689ef53590602090a360408051918252602082019290925290819081015b0390a2565b50505050565b92919091815493811515908160ff8760e81c16151514611cf85773ffffffffffffffffffffffffffffffffffffffff7fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a72495611ccf957f6c472026c386a0e692c1ef8ba759008cdc269b70539c4ce39f06eab7689ef535987fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7dff00000000000000000000000000000000000000000000000000000000008760e81b169116179055611cc785611b768373ffffffffffffffffffffffffffffffffffffffff165f52600660205260405f2090565b9690956126b1565b505060405193845216958692602090a36040805191825260208201929092529081908101611bcf565b505050505050565b908092918237015f815290565b6040513d5f823e3d90fd5b80546801000000000000000081101561157257611d3a91600182018155611a66565b5f19829392549160031b92831b921b1916179055565b5f1981146102d15760010190565b601f8260209493601f1993818652868601375f8582860101520116010190565b9496959192606094611da1611daf9363ffffffff9660808a5260808a0191611d5e565b918783036020890152611d5e565b95604085015216910152565b9598949392919097603082148015906120d5575b6120a3577f000000000000000000000000000000000000000000000000000000000000000080340361207457506127106002541461204c5760205f838b611e1b60405180938193611d00565b039060025afa15612047575f5197611e3f886111298b5f52600460205260405f2090565b805460e01c60ff16612000579289611fe7969373ffffffffffffffffffffffffffffffffffffffff9996938e87611eda7fded7cd1799eaf8131a46de5150c074ba5c6f7dd4bbdd26fa758896a4c8a1164d9e9c997c01000000000000000000000000000000000000000000000000000000007fffffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffff825416179055565b8054337fffffffffffffffff00000000000000000000000000000000000000000000000090911677ffffffff000000000000000000000000000000000000000060a08d901b16171781556001810189905560038101805475ffffffffffff000000000000000000000000000000004260801b167fffffffffffffffffffff000000000000000000000000000000000000000000009091166fffffffffffffffffffffffffffffffff3416171790558b82611fec575b915050611fc6939250611fc1915073ffffffffffffffffffffffffffffffffffffffff165f52600560205260405f2090565b611d18565b611fd9611fd4600254611d50565b600255565b604051978897169a87611d7e565b0390a4565b611ff595612500565b895f808e818b611f8f565b7f3e890667000000000000000000000000000000000000000000000000000000005f5260048a905273ffffffffffffffffffffffffffffffffffffffff891660245260445ffd5b611d0d565b7fd1071567000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f0c5e03da000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b7f3235c503000000000000000000000000000000000000000000000000000000005f526004829052602484905260445ffd5b506060841415611dcf565b73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000163014806121e0575b15612148577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a081526121da60c08261154f565b51902090565b507f0000000000000000000000000000000000000000000000000000000000000000461461211f565b65ffffffffffff421680821015612226575065ffffffffffff1690565b907fecd3f81e000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9190825f52600460205261228a8160405f209073ffffffffffffffffffffffffffffffffffffffff165f5260205260405f2090565b9260ff845460e01c161561229c575050565b73ffffffffffffffffffffffffffffffffffffffff92507f69053cea000000000000000000000000000000000000000000000000000000005f526004521660245260445ffd5b916122eb6116bc565b5060a081015160c0820151604083015163ffffffff16602084015163ffffffff1661010085015165ffffffffffff16916101208601516123309065ffffffffffff1690565b93608087015161233f90151590565b95875161235f9073ffffffffffffffffffffffffffffffffffffffff1690565b60e0909801516fffffffffffffffffffffffffffffffff1698612380611587565b9a8b5273ffffffffffffffffffffffffffffffffffffffff1660208b015260408a0152606089015263ffffffff16608088015263ffffffff1660a087015265ffffffffffff1660c086015265ffffffffffff1660e0850152151561010084015273ffffffffffffffffffffffffffffffffffffffff166101208301526fffffffffffffffffffffffffffffffff1661014082015290565b8054806124245750505f90565b805f198101116102d1575f19915f5260205f2001015460301c90565b6124949291604261248e926124536120e0565b90604051917f190100000000000000000000000000000000000000000000000000000000000083526002830152602282015220923691611806565b90612c74565b5060048110156124aa576124a55790565b505f90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b63ffffffff1663ffffffff81146102d15760010190565b805191908290602001825e015f815290565b9492949391938560028601558515611cf857846125a66125f29261259d946125336125f7995463ffffffff9060c01c1690565b604080517fb892fb7c6f3059540301ea475ed42f16514593d42f0b1779d2b1cbf0d79cfab2602082019081529181019490945273ffffffffffffffffffffffffffffffffffffffff909216606084015263ffffffff81166080840152959091908160a08101611933565b519020936124d7565b7fffffffff00000000ffffffffffffffffffffffffffffffffffffffffffffffff7bffffffff00000000000000000000000000000000000000000000000083549260c01b169116179055565b612440565b9073ffffffffffffffffffffffffffffffffffffffff821615918215612648575b505061262057565b7fcecc2cea000000000000000000000000000000000000000000000000000000005f5260045ffd5b602091925061269b61193361268f5f936040519283918783017fffffffffffffffffffffffffffffffffffffffff00000000000000000000000060149260601b1681520190565b604051918280926124ee565b039060025afa15612047575f5114155f80612618565b6126bb6007612417565b901561273b5779ffffffffffffffffffffffffffffffffffffffffffffffffffff60019116019079ffffffffffffffffffffffffffffffffffffffffffffffffffff82116102d15779ffffffffffffffffffffffffffffffffffffffffffffffffffff61273481935b65ffffffffffff42166007612e27565b9316921690565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff5f199116019079ffffffffffffffffffffffffffffffffffffffffffffffffffff82116102d15779ffffffffffffffffffffffffffffffffffffffffffffffffffff6127348193612724565b91906127ad83612417565b90156128285779ffffffffffffffffffffffffffffffffffffffffffffffffffff60019116019179ffffffffffffffffffffffffffffffffffffffffffffffffffff83116102d15761273479ffffffffffffffffffffffffffffffffffffffffffffffffffff93918492905b65ffffffffffff421690612e27565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff5f199116019179ffffffffffffffffffffffffffffffffffffffffffffffffffff83116102d15761273479ffffffffffffffffffffffffffffffffffffffffffffffffffff9391849290612819565b811561289c570490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b600181111561151f578060017001000000000000000000000000000000008310156129fc575b6129a261299861298e61298461297a61297061295f6129a99760048a680100000000000000006129ae9c10156129ef575b6401000000008110156129e2575b620100008110156129d5575b6101008110156129c8575b60108110156129bb575b10156129b3575b60030260011c90565b612969818b612892565b0160011c90565b612969818a612892565b6129698189612892565b6129698188612892565b6129698187612892565b6129698186612892565b8093612892565b821190565b900390565b60011b612956565b60041c9160021b9161294f565b60081c9160041b91612945565b60101c9160081b9161293a565b60201c9160101b9161292e565b60401c9160201b91612920565b50506129ae6129a96129a261299861298e61298461297a61297061295f612a238a60801c90565b98506801000000000000000097506128ef9650505050505050565b91905b838210612a4e5750505090565b9091928083169080841860011c82018092116102d157845f5265ffffffffffff8260205f2001541665ffffffffffff8416105f14612a905750925b9190612a41565b939250612a9c9061131c565b91612a89565b60ff8114612ab35761151f90612cae565b506040515f80548060011c91600182168015612bb2575b602084108114612b855783855284926020840191908115612b4e5750600114612afb575b5061151f9250038261154f565b5f80805291507f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5635b848310612b37575061151f9350015f612aee565b805482840152859350602090920191600101612b23565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001682525061151f93151560051b0190505f612aee565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b92607f1692612aca565b60ff8114612bcd5761151f90612cae565b506040515f6001548060011c91600182168015612c6a575b602084108114612b855783855284926020840191908115612b4e5750600114612c15575061151f9250038261154f565b60015f90815291507fb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf65b848310612c53575061151f9350015f612aee565b805482840152859350602090920191600101612c3f565b92607f1692612be5565b8151919060418303612ca457612c9d9250602082015190606060408401519301515f1a90612d05565b9192909190565b50505f9160029190565b60ff811690601f8211612cdd5760405191612cca60408461154f565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411612d89579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa15612047575f5173ffffffffffffffffffffffffffffffffffffffff811615612d7f57905f905f90565b505f906001905f90565b5050505f9160039190565b80546801000000000000000081101561157257612db691600182018155611a66565b612dfb5781516020929092015160301b7fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000001665ffffffffffff92909216919091179055565b7f4e487b71000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b80549293928015612f1d57612e3e612e49916119fd565b825f5260205f200190565b8054603081901c9365ffffffffffff91821692918116808411612ef557879303612eae5750612eaa92509065ffffffffffff7fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000083549260301b169116179055565b9190565b915050612eaa91612ece612ec0611597565b65ffffffffffff9093168352565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff86166020830152612d94565b7f2520601d000000000000000000000000000000000000000000000000000000005f5260045ffd5b5090612f5591612f2e612ec0611597565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff85166020830152612d94565b5f919056",
  "immutableReferences": {
    "70": [
      {
        "length": 32,
        "start": 4084
      },
      {
        "length": 32,
        "start": 7637
      }
    ],
    "73": [
      {
        "length": 32,
        "start": 602
      },
      {
        "length": 32,
        "start": 1879
      },
      {
        "length": 32,
        "start": 3549
      }
    ],
    "1734": [
      {
        "length": 32,
        "start": 8486
      }
    ],
    "1736": [
      {
        "length": 32,
        "start": 8675
      }
    ],
    "1738": [
      {
        "length": 32,
        "start": 8439
      }
    ],
    "1740": [
      {
        "length": 32,
        "start": 8565
      }
    ],
    "1742": [
      {
        "length": 32,
        "start": 8603
      }
    ],
    "1745": [
      {
        "length": 32,
        "start": 1938
      }
    ],
    "1748": [
      {
        "length": 32,
        "start": 1979
      }
    ]
  },
  "storageLayout": {
    "storage": [
      {
        "astId": 1750,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_nameFallback",
        "offset": 0,
        "slot": "0",
        "type": "t_string_storage"
      },
      {
        "astId": 1752,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_versionFallback",
        "offset": 0,
        "slot": "1",
        "type": "t_string_storage"
      },
      {
        "astId": 76,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "activeCount",
        "offset": 0,
        "slot": "2",
        "type": "t_uint256"
      },
      {
        "astId": 79,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "burntBonds",
        "offset": 0,
        "slot": "3",
        "type": "t_uint256"
      },
      {
        "astId": 86,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_records",
        "offset": 0,
        "slot": "4",
        "type": "t_mapping(t_bytes32,t_mapping(t_address,t_struct(Record)43_storage))"
      },
      {
        "astId": 91,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_nodesOf",
        "offset": 0,
        "slot": "5",
        "type": "t_mapping(t_address,t_array(t_bytes32)dyn_storage)"
      },
      {
        "astId": 96,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_votes",
        "offset": 0,
        "slot": "6",
        "type": "t_mapping(t_address,t_struct(Trace208)2477_storage)"
      },
      {
        "astId": 99,
        "contract": "NodeRegistry.sol:NodeRegistry",
        "label": "_totalVotes",
        "offset": 0,
        "slot": "7",
        "type": "t_struct(Trace208)2477_storage"
      }
    ],
    "types": {
      "t_address": {
        "encoding": "inplace",
        "label": "address",
        "numberOfBytes": "20"
      },
      "t_array(t_bytes32)dyn_storage": {
        "base": "t_bytes32",
        "encoding": "dynamic_array",
        "label": "bytes32[]",
        "numberOfBytes": "32"
      },
      "t_array(t_struct(Checkpoint208)2482_storage)dyn_storage": {
        "base": "t_struct(Checkpoint208)2482_storage",
        "encoding": "dynamic_array",
        "label": "struct Checkpoints.Checkpoint208[]",
        "numberOfBytes": "32"
      },
      "t_bool": {
        "encoding": "inplace",
        "label": "bool",
        "numberOfBytes": "1"
      },
      "t_bytes32": {
        "encoding": "inplace",
        "label": "bytes32",
        "numberOfBytes": "32"
      },
      "t_mapping(t_address,t_array(t_bytes32)dyn_storage)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => bytes32[])",
        "numberOfBytes": "32",
        "value": "t_array(t_bytes32)dyn_storage"
      },
      "t_mapping(t_address,t_struct(Record)43_storage)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => struct NodeRegistry.Record)",
        "numberOfBytes": "32",
        "value": "t_struct(Record)43_storage"
      },
      "t_mapping(t_address,t_struct(Trace208)2477_storage)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => struct Checkpoints.Trace208)",
        "numberOfBytes": "32",
        "value": "t_struct(Trace208)2477_storage"
      },
      "t_mapping(t_bytes32,t_mapping(t_address,t_struct(Record)43_storage))": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => mapping(address => struct NodeRegistry.Record))",
        "numberOfBytes": "32",
        "value": "t_mapping(t_address,t_struct(Record)43_storage)"
      },
      "t_string_storage": {
        "encoding": "bytes",
        "label": "string",
        "numberOfBytes": "32"
      },
      "t_struct(Checkpoint208)2482_storage": {
        "encoding": "inplace",
        "label": "struct Checkpoints.Checkpoint208",
        "members": [
          {
            "astId": 2479,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "_key",
            "offset": 0,
            "slot": "0",
            "type": "t_uint48"
          },
          {
            "astId": 2481,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "_value",
            "offset": 6,
            "slot": "0",
            "type": "t_uint208"
          }
        ],
        "numberOfBytes": "32"
      },
      "t_struct(Record)43_storage": {
        "encoding": "inplace",
        "label": "struct NodeRegistry.Record",
        "members": [
          {
            "astId": 24,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "bondPayer",
            "offset": 0,
            "slot": "0",
            "type": "t_address"
          },
          {
            "astId": 26,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "capacityMiB",
            "offset": 20,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 28,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "poolJoins",
            "offset": 24,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 30,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "known",
            "offset": 28,
            "slot": "0",
            "type": "t_bool"
          },
          {
            "astId": 32,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "eligible",
            "offset": 29,
            "slot": "0",
            "type": "t_bool"
          },
          {
            "astId": 34,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "peerId",
            "offset": 0,
            "slot": "1",
            "type": "t_bytes32"
          },
          {
            "astId": 36,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "poolId",
            "offset": 0,
            "slot": "2",
            "type": "t_bytes32"
          },
          {
            "astId": 38,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "bond",
            "offset": 0,
            "slot": "3",
            "type": "t_uint128"
          },
          {
            "astId": 40,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "registeredAt",
            "offset": 16,
            "slot": "3",
            "type": "t_uint48"
          },
          {
            "astId": 42,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "retiredAt",
            "offset": 22,
            "slot": "3",
            "type": "t_uint48"
          }
        ],
        "numberOfBytes": "128"
      },
      "t_struct(Trace208)2477_storage": {
        "encoding": "inplace",
        "label": "struct Checkpoints.Trace208",
        "members": [
          {
            "astId": 2476,
            "contract": "NodeRegistry.sol:NodeRegistry",
            "label": "_checkpoints",
            "offset": 0,
            "slot": "0",
            "type": "t_array(t_struct(Checkpoint208)2482_storage)dyn_storage"
          }
        ],
        "numberOfBytes": "32"
      },
      "t_uint128": {
        "encoding": "inplace",
        "label": "uint128",
        "numberOfBytes": "16"
      },
      "t_uint208": {
        "encoding": "inplace",
        "label": "uint208",
        "numberOfBytes": "26"
      },
      "t_uint256": {
        "encoding": "inplace",
        "label": "uint256",
        "numberOfBytes": "32"
      },
      "t_uint32": {
        "encoding": "inplace",
        "label": "uint32",
        "numberOfBytes": "4"
      },
      "t_uint48": {
        "encoding": "inplace",
        "label": "uint48",
        "numberOfBytes": "6"
      }
    }
  }
} as const;
