// Made by npm run contracts:build; do not edit.
export const lucidTimelock = {
  "contractName": "LucidTimelock",
  "compiler": "0.8.26+commit.8a97fa7a.Emscripten.clang",
  "abi": [
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "delay",
          "type": "uint256"
        },
        {
          "internalType": "address",
          "name": "governor",
          "type": "address"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "constructor"
    },
    {
      "inputs": [],
      "name": "AccessControlBadConfirmation",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "neededRole",
          "type": "bytes32"
        }
      ],
      "name": "AccessControlUnauthorizedAccount",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "FailedCall",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "delay",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "minDelay",
          "type": "uint256"
        }
      ],
      "name": "TimelockInsufficientDelay",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "targets",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "payloads",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "values",
          "type": "uint256"
        }
      ],
      "name": "TimelockInvalidOperationLength",
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
      "name": "TimelockUnauthorizedCaller",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "predecessorId",
          "type": "bytes32"
        }
      ],
      "name": "TimelockUnexecutedPredecessor",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "operationId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "expectedStates",
          "type": "bytes32"
        }
      ],
      "name": "TimelockUnexpectedOperationState",
      "type": "error"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "uint256",
          "name": "index",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "bytes",
          "name": "data",
          "type": "bytes"
        }
      ],
      "name": "CallExecuted",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        }
      ],
      "name": "CallSalt",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "uint256",
          "name": "index",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "bytes",
          "name": "data",
          "type": "bytes"
        },
        {
          "indexed": false,
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "delay",
          "type": "uint256"
        }
      ],
      "name": "CallScheduled",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "Cancelled",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "oldDuration",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "newDuration",
          "type": "uint256"
        }
      ],
      "name": "MinDelayChange",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "previousAdminRole",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "newAdminRole",
          "type": "bytes32"
        }
      ],
      "name": "RoleAdminChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "sender",
          "type": "address"
        }
      ],
      "name": "RoleGranted",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "sender",
          "type": "address"
        }
      ],
      "name": "RoleRevoked",
      "type": "event"
    },
    {
      "inputs": [],
      "name": "CANCELLER_ROLE",
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
      "name": "DEFAULT_ADMIN_ROLE",
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
      "name": "EXECUTOR_ROLE",
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
      "name": "PROPOSER_ROLE",
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
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "cancel",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "payload",
          "type": "bytes"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        }
      ],
      "name": "execute",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "payloads",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        }
      ],
      "name": "executeBatch",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "getMinDelay",
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
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "getOperationState",
      "outputs": [
        {
          "internalType": "enum TimelockController.OperationState",
          "name": "",
          "type": "uint8"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        }
      ],
      "name": "getRoleAdmin",
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
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "getTimestamp",
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
          "name": "role",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "grantRole",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "hasRole",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "data",
          "type": "bytes"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        }
      ],
      "name": "hashOperation",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "payloads",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        }
      ],
      "name": "hashOperationBatch",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "isOperation",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "isOperationDone",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "isOperationPending",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "id",
          "type": "bytes32"
        }
      ],
      "name": "isOperationReady",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
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
        },
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "uint256[]",
          "name": "",
          "type": "uint256[]"
        },
        {
          "internalType": "uint256[]",
          "name": "",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC1155BatchReceived",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
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
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC1155Received",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
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
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC721Received",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "callerConfirmation",
          "type": "address"
        }
      ],
      "name": "renounceRole",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "role",
          "type": "bytes32"
        },
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "revokeRole",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "data",
          "type": "bytes"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        },
        {
          "internalType": "uint256",
          "name": "delay",
          "type": "uint256"
        }
      ],
      "name": "schedule",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "payloads",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "predecessor",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        },
        {
          "internalType": "uint256",
          "name": "delay",
          "type": "uint256"
        }
      ],
      "name": "scheduleBatch",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes4",
          "name": "interfaceId",
          "type": "bytes4"
        }
      ],
      "name": "supportsInterface",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "newDelay",
          "type": "uint256"
        }
      ],
      "name": "updateDelay",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "stateMutability": "payable",
      "type": "receive"
    }
  ],
  "creationCode": "0x60806040523461012a57611e646040813803918261001c8161012e565b93849283398101031261012a578051602090910151906001600160a01b038216820361012a5761005461004e8361018f565b9261018f565b61005d30610244565b505f5b83518110156100aa576001906100886001600160a01b036100818388610167565b51166102b5565b506100a3828060a01b0361009c8388610167565b5116610348565b5001610060565b50905f5b82518110156100dd576001906100d66001600160a01b036100cf8387610167565b51166103db565b50016100ae565b7f11c24f4ead16507c69ac467fbd5e4eed5fb5c699626d2cc6d66421df253886d5604083806002558151905f82526020820152a161011a306101bd565b50604051611955908161046f8239f35b5f80fd5b6040519190601f01601f191682016001600160401b0381118382101761015357604052565b634e487b7160e01b5f52604160045260245ffd5b805182101561017b5760209160051b010190565b634e487b7160e01b5f52603260045260245ffd5b9061019a604061012e565b60018152916020808401919036833783511561017b576001600160a01b03169052565b6001600160a01b0381165f9081525f80516020611e44833981519152602052604090205460ff161561023f576001600160a01b03165f8181525f80516020611e4483398151915260205260408120805460ff191690553391907ff6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b8180a4600190565b505f90565b6001600160a01b0381165f9081525f80516020611e44833981519152602052604090205460ff1661023f576001600160a01b03165f8181525f80516020611e4483398151915260205260408120805460ff191660011790553391905f80516020611dc48339815191528180a4600190565b6001600160a01b0381165f9081525f80516020611de4833981519152602052604090205460ff1661023f576001600160a01b03165f8181525f80516020611de483398151915260205260408120805460ff191660011790553391907fb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1905f80516020611dc48339815191529080a4600190565b6001600160a01b0381165f9081525f80516020611e24833981519152602052604090205460ff1661023f576001600160a01b03165f8181525f80516020611e2483398151915260205260408120805460ff191660011790553391907ffd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783905f80516020611dc48339815191529080a4600190565b6001600160a01b0381165f9081525f80516020611e04833981519152602052604090205460ff1661023f576001600160a01b03165f8181525f80516020611e0483398151915260205260408120805460ff191660011790553391907fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e63905f80516020611dc48339815191529080a460019056fe6080604052600436101561001a575b3615610018575f80fd5b005b5f3560e01c806301d5062a14610c9e57806301ffc9a714610bca57806307bd026514610b90578063134008d314610add57806313bc9f2014610abf578063150b7a0214610a51578063248a9ca314610a275780632ab0f52914610a095780632f2ff15d146109cc57806331d50750146109ae57806336568abe14610944578063584b153e1461091c57806364d623531461089e5780637958004c146108425780638065657f146108235780638f2a0bb0146106825780638f61f4f51461064857806391d14854146105f2578063a217fddf146105d8578063b08e51c01461059e578063b1c5f42714610574578063bc197c81146104c4578063c4d252f5146103b4578063d45c44351461038a578063d547741f14610346578063e38335e5146101e1578063f23a6e61146101735763f27a0c920361000e573461016f575f60031936011261016f576020600254604051908152f35b5f80fd5b3461016f5760a060031936011261016f5761018c610d4a565b50610195610d6d565b5060843567ffffffffffffffff811161016f576101b6903690600401610e86565b5060206040517ff23a6e61000000000000000000000000000000000000000000000000000000008152f35b6101ea36610efd565b5f80527fdae2aa361dfd1ca020a396615627d436107c35eff9fe7738a3512819782d70696020527f5ba6852781629bcdcd4bdaa6de76d786f1c64b16acdac474e55bebc0ea1579515492979196919593949260ff1615610338575b82821480159061032e575b6102fa5761026761026e91888a888789888d61123a565b968761167f565b5f5b818110610280576100188761175c565b8080887fc2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b5888886102f16102d88f986001998f828e6102cb8f836102c6916102d19661117c565b6111b9565b9761117c565b35956111da565b906102e582828787611709565b6040519485948561103c565b0390a301610270565b5086907fffb03211000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b5087821415610250565b6103413361154c565b610245565b3461016f57604060031936011261016f57610018600435610365610d6d565b9061038561037e825f525f602052600160405f20015490565b3390611601565b61184c565b3461016f57602060031936011261016f576004355f526001602052602060405f2054604051908152f35b3461016f57602060031936011261016f57335f9081527fc3ad33e20b0c56a223ad5104fff154aa010f8715b9c981fd38fdc60a4d1a52fb60205260409020546004359060ff161561047457610408816110b8565b1561044157805f5260016020525f60408120557fbaa1eb22f2a492ba1a5fea61b8df4d27c6c8b5f3971e63bb58fa14ff72eedb705f80a2005b7f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600460021760245260445ffd5b7fe2517d3f000000000000000000000000000000000000000000000000000000005f52336004527ffd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f78360245260445ffd5b3461016f5760a060031936011261016f576104dd610d4a565b506104e6610d6d565b5060443567ffffffffffffffff811161016f57610507903690600401610f6e565b5060643567ffffffffffffffff811161016f57610528903690600401610f6e565b5060843567ffffffffffffffff811161016f57610549903690600401610e86565b5060206040517fbc197c81000000000000000000000000000000000000000000000000000000008152f35b3461016f57602061059661058736610efd565b9695909594919493929361123a565b604051908152f35b3461016f575f60031936011261016f5760206040517ffd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f7838152f35b3461016f575f60031936011261016f5760206040515f8152f35b3461016f57604060031936011261016f5761060b610d6d565b6004355f525f60205273ffffffffffffffffffffffffffffffffffffffff60405f2091165f52602052602060ff60405f2054166040519015158152f35b3461016f575f60031936011261016f5760206040517fb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc18152f35b3461016f5760c060031936011261016f5760043567ffffffffffffffff811161016f576106b3903690600401610ecc565b9060243567ffffffffffffffff811161016f576106d4903690600401610ecc565b60449291923567ffffffffffffffff811161016f576106f7903690600401610ecc565b9390916064356084359560a4359261070e33611497565b808914801590610819575b6107e65761072d88848489858a8f8e61123a565b98610738858b6113d9565b895f5b8281106107785750898061074b57005b60207f20fda5fd27a1ea7bf5b9567f143ac5470bb059374a27e8f67cb44f946f6d038791604051908152a2005b806001927f4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca8b8b6107db8f8c6107ce8f928e6107c78f8f906107c16102c68f809794819561117c565b9961117c565b35976111da565b9060405196879687610ff6565b0390a3018a9061073b565b90887fffb03211000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b5081891415610719565b3461016f57602061059661083636610dbe565b94939093929192611119565b3461016f57602060031936011261016f5761085e6004356110e1565b6040516004821015610871576020918152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b3461016f57602060031936011261016f576004353033036108f0577f11c24f4ead16507c69ac467fbd5e4eed5fb5c699626d2cc6d66421df253886d560406002548151908152836020820152a1600255005b7fe2850c59000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b3461016f57602060031936011261016f57602061093a6004356110b8565b6040519015158152f35b3461016f57604060031936011261016f5761095d610d6d565b3373ffffffffffffffffffffffffffffffffffffffff821603610986576100189060043561184c565b7f6697b232000000000000000000000000000000000000000000000000000000005f5260045ffd5b3461016f57602060031936011261016f57602061093a6004356110a1565b3461016f57604060031936011261016f576100186004356109eb610d6d565b90610a0461037e825f525f602052600160405f20015490565b61177a565b3461016f57602060031936011261016f57602061093a600435611089565b3461016f57602060031936011261016f5760206105966004355f525f602052600160405f20015490565b3461016f57608060031936011261016f57610a6a610d4a565b50610a73610d6d565b5060643567ffffffffffffffff811161016f57610a94903690600401610e86565b5060206040517f150b7a02000000000000000000000000000000000000000000000000000000008152f35b3461016f57602060031936011261016f57602061093a600435611071565b610018610b6e5f610b7a7fc2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b58610b65610b1436610dbe565b7fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e638a9995979299949394528960205260408a208a805260205260ff60408b20541615610b82575b8884848989611119565b9889978861167f565b6102e582828787611709565b0390a361175c565b610b8b3361154c565b610b5b565b3461016f575f60031936011261016f5760206040517fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e638152f35b3461016f57602060031936011261016f576004357fffffffff00000000000000000000000000000000000000000000000000000000811680910361016f57807f4e2312e00000000000000000000000000000000000000000000000000000000060209214908115610c41575b506040519015158152f35b7f7965db0b00000000000000000000000000000000000000000000000000000000811491508115610c74575b5082610c36565b7f01ffc9a70000000000000000000000000000000000000000000000000000000091501482610c6d565b3461016f5760c060031936011261016f57610cb7610d4a565b6024359060443567ffffffffffffffff811161016f577f4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca92610cfe5f923690600401610d90565b94909160643594610d406084359660a43590610d1933611497565b610d2789828c8a8989611119565b998a97610d34848a6113d9565b60405196879687610ff6565b0390a38061074b57005b6004359073ffffffffffffffffffffffffffffffffffffffff8216820361016f57565b6024359073ffffffffffffffffffffffffffffffffffffffff8216820361016f57565b9181601f8401121561016f5782359167ffffffffffffffff831161016f576020838186019501011161016f57565b60a060031982011261016f5760043573ffffffffffffffffffffffffffffffffffffffff8116810361016f5791602435916044359067ffffffffffffffff821161016f57610e0e91600401610d90565b90916064359060843590565b90601f601f19910116810190811067ffffffffffffffff821117610e3d57604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b67ffffffffffffffff8111610e3d57601f01601f191660200190565b81601f8201121561016f57803590610e9d82610e6a565b92610eab6040519485610e1a565b8284526020838301011161016f57815f926020809301838601378301015290565b9181601f8401121561016f5782359167ffffffffffffffff831161016f576020808501948460051b01011161016f57565b60a060031982011261016f5760043567ffffffffffffffff811161016f5781610f2891600401610ecc565b9290929160243567ffffffffffffffff811161016f5781610f4b91600401610ecc565b929092916044359067ffffffffffffffff821161016f57610e0e91600401610ecc565b9080601f8301121561016f5781359167ffffffffffffffff8311610e3d578260051b9060405193610fa26020840186610e1a565b845260208085019282010192831161016f57602001905b828210610fc65750505090565b8135815260209182019101610fb9565b601f8260209493601f1993818652868601375f8582860101520116010190565b9290936110329273ffffffffffffffffffffffffffffffffffffffff60809699989799168552602085015260a0604085015260a0840191610fd6565b9460608201520152565b61106e949273ffffffffffffffffffffffffffffffffffffffff60609316825260208201528160408201520191610fd6565b90565b61107a906110e1565b60048110156108715760021490565b611092906110e1565b60048110156108715760031490565b6110aa906110e1565b600481101561087157151590565b6110c1906110e1565b600481101561087157600181149081156110d9575090565b600291501490565b5f52600160205260405f205480155f146110fa57505f90565b600181036111085750600390565b42101561111457600190565b600290565b9461115d6111769495929360405196879573ffffffffffffffffffffffffffffffffffffffff602088019a168a52604087015260a0606087015260c0860191610fd6565b91608084015260a083015203601f198101835282610e1a565b51902090565b919081101561118c5760051b0190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b3573ffffffffffffffffffffffffffffffffffffffff8116810361016f5790565b919081101561118c5760051b810135907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18136030182121561016f57019081359167ffffffffffffffff831161016f57602001823603811361016f579190565b9693949190969592956040519660208801988060c08a0160a08c525260e0890192905f905b80821061138c57505050601f198883030160408901528082527f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811161016f579087959394929160051b8092602083013701848103606086015260208101849052600584901b8101604090810194908201915f908890368290037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe101905b848410611327575050505050506111769450608084015260a083015203601f198101835282610e1a565b91939597909294969850601f19808383030101875289358381121561016f578401906020823592019167ffffffffffffffff811161016f57803603831361016f576113786020928392600195610fd6565b9b0197019401918a989699979593916112fd565b90919384359073ffffffffffffffffffffffffffffffffffffffff8216820361016f576020809173ffffffffffffffffffffffffffffffffffffffff60019416815201950192019061125f565b906113e3826110a1565b61146657600254808210611437575042019081421161140a575f52600160205260405f2055565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b907f54336609000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b507f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600160245260445ffd5b73ffffffffffffffffffffffffffffffffffffffff81165f9081527f3412d5605ac6cd444957cedb533e5dacad6378b4bc819ebe3652188a665066d5602052604090205460ff16156114e65750565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f52166004527fb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc160245260445ffd5b73ffffffffffffffffffffffffffffffffffffffff81165f9081527fdae2aa361dfd1ca020a396615627d436107c35eff9fe7738a3512819782d7069602052604090205460ff161561159b5750565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f52166004527fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e6360245260445ffd5b90815f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff82165f5260205260ff60405f2054161561163a575050565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f521660045260245260445ffd5b61168881611071565b156116d95750801515806116c9575b61169e5750565b7f90a9a618000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b506116d381611089565b15611697565b7f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600460245260445ffd5b611751935f93928493826040519384928337810185815203925af13d15611754573d9061173582610e6a565b916117436040519384610e1a565b82523d5f602084013e611914565b50565b606090611914565b61176581611071565b156116d9575f526001602052600160405f2055565b805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260ff60405f205416155f1461184657805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0082541617905573ffffffffffffffffffffffffffffffffffffffff339216907f2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d5f80a4600190565b50505f90565b805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260ff60405f2054165f1461184657805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260405f207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00815416905573ffffffffffffffffffffffffffffffffffffffff339216907ff6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b5f80a4600190565b909190611953575080511561192b57805190602001fd5b7fd6bda275000000000000000000000000000000000000000000000000000000005f5260045ffd5b562f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d3412d5605ac6cd444957cedb533e5dacad6378b4bc819ebe3652188a665066d5dae2aa361dfd1ca020a396615627d436107c35eff9fe7738a3512819782d7069c3ad33e20b0c56a223ad5104fff154aa010f8715b9c981fd38fdc60a4d1a52fbad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5",
  "runtimeCode": "0x6080604052600436101561001a575b3615610018575f80fd5b005b5f3560e01c806301d5062a14610c9e57806301ffc9a714610bca57806307bd026514610b90578063134008d314610add57806313bc9f2014610abf578063150b7a0214610a51578063248a9ca314610a275780632ab0f52914610a095780632f2ff15d146109cc57806331d50750146109ae57806336568abe14610944578063584b153e1461091c57806364d623531461089e5780637958004c146108425780638065657f146108235780638f2a0bb0146106825780638f61f4f51461064857806391d14854146105f2578063a217fddf146105d8578063b08e51c01461059e578063b1c5f42714610574578063bc197c81146104c4578063c4d252f5146103b4578063d45c44351461038a578063d547741f14610346578063e38335e5146101e1578063f23a6e61146101735763f27a0c920361000e573461016f575f60031936011261016f576020600254604051908152f35b5f80fd5b3461016f5760a060031936011261016f5761018c610d4a565b50610195610d6d565b5060843567ffffffffffffffff811161016f576101b6903690600401610e86565b5060206040517ff23a6e61000000000000000000000000000000000000000000000000000000008152f35b6101ea36610efd565b5f80527fdae2aa361dfd1ca020a396615627d436107c35eff9fe7738a3512819782d70696020527f5ba6852781629bcdcd4bdaa6de76d786f1c64b16acdac474e55bebc0ea1579515492979196919593949260ff1615610338575b82821480159061032e575b6102fa5761026761026e91888a888789888d61123a565b968761167f565b5f5b818110610280576100188761175c565b8080887fc2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b5888886102f16102d88f986001998f828e6102cb8f836102c6916102d19661117c565b6111b9565b9761117c565b35956111da565b906102e582828787611709565b6040519485948561103c565b0390a301610270565b5086907fffb03211000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b5087821415610250565b6103413361154c565b610245565b3461016f57604060031936011261016f57610018600435610365610d6d565b9061038561037e825f525f602052600160405f20015490565b3390611601565b61184c565b3461016f57602060031936011261016f576004355f526001602052602060405f2054604051908152f35b3461016f57602060031936011261016f57335f9081527fc3ad33e20b0c56a223ad5104fff154aa010f8715b9c981fd38fdc60a4d1a52fb60205260409020546004359060ff161561047457610408816110b8565b1561044157805f5260016020525f60408120557fbaa1eb22f2a492ba1a5fea61b8df4d27c6c8b5f3971e63bb58fa14ff72eedb705f80a2005b7f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600460021760245260445ffd5b7fe2517d3f000000000000000000000000000000000000000000000000000000005f52336004527ffd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f78360245260445ffd5b3461016f5760a060031936011261016f576104dd610d4a565b506104e6610d6d565b5060443567ffffffffffffffff811161016f57610507903690600401610f6e565b5060643567ffffffffffffffff811161016f57610528903690600401610f6e565b5060843567ffffffffffffffff811161016f57610549903690600401610e86565b5060206040517fbc197c81000000000000000000000000000000000000000000000000000000008152f35b3461016f57602061059661058736610efd565b9695909594919493929361123a565b604051908152f35b3461016f575f60031936011261016f5760206040517ffd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f7838152f35b3461016f575f60031936011261016f5760206040515f8152f35b3461016f57604060031936011261016f5761060b610d6d565b6004355f525f60205273ffffffffffffffffffffffffffffffffffffffff60405f2091165f52602052602060ff60405f2054166040519015158152f35b3461016f575f60031936011261016f5760206040517fb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc18152f35b3461016f5760c060031936011261016f5760043567ffffffffffffffff811161016f576106b3903690600401610ecc565b9060243567ffffffffffffffff811161016f576106d4903690600401610ecc565b60449291923567ffffffffffffffff811161016f576106f7903690600401610ecc565b9390916064356084359560a4359261070e33611497565b808914801590610819575b6107e65761072d88848489858a8f8e61123a565b98610738858b6113d9565b895f5b8281106107785750898061074b57005b60207f20fda5fd27a1ea7bf5b9567f143ac5470bb059374a27e8f67cb44f946f6d038791604051908152a2005b806001927f4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca8b8b6107db8f8c6107ce8f928e6107c78f8f906107c16102c68f809794819561117c565b9961117c565b35976111da565b9060405196879687610ff6565b0390a3018a9061073b565b90887fffb03211000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b5081891415610719565b3461016f57602061059661083636610dbe565b94939093929192611119565b3461016f57602060031936011261016f5761085e6004356110e1565b6040516004821015610871576020918152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b3461016f57602060031936011261016f576004353033036108f0577f11c24f4ead16507c69ac467fbd5e4eed5fb5c699626d2cc6d66421df253886d560406002548151908152836020820152a1600255005b7fe2850c59000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b3461016f57602060031936011261016f57602061093a6004356110b8565b6040519015158152f35b3461016f57604060031936011261016f5761095d610d6d565b3373ffffffffffffffffffffffffffffffffffffffff821603610986576100189060043561184c565b7f6697b232000000000000000000000000000000000000000000000000000000005f5260045ffd5b3461016f57602060031936011261016f57602061093a6004356110a1565b3461016f57604060031936011261016f576100186004356109eb610d6d565b90610a0461037e825f525f602052600160405f20015490565b61177a565b3461016f57602060031936011261016f57602061093a600435611089565b3461016f57602060031936011261016f5760206105966004355f525f602052600160405f20015490565b3461016f57608060031936011261016f57610a6a610d4a565b50610a73610d6d565b5060643567ffffffffffffffff811161016f57610a94903690600401610e86565b5060206040517f150b7a02000000000000000000000000000000000000000000000000000000008152f35b3461016f57602060031936011261016f57602061093a600435611071565b610018610b6e5f610b7a7fc2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b58610b65610b1436610dbe565b7fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e638a9995979299949394528960205260408a208a805260205260ff60408b20541615610b82575b8884848989611119565b9889978861167f565b6102e582828787611709565b0390a361175c565b610b8b3361154c565b610b5b565b3461016f575f60031936011261016f5760206040517fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e638152f35b3461016f57602060031936011261016f576004357fffffffff00000000000000000000000000000000000000000000000000000000811680910361016f57807f4e2312e00000000000000000000000000000000000000000000000000000000060209214908115610c41575b506040519015158152f35b7f7965db0b00000000000000000000000000000000000000000000000000000000811491508115610c74575b5082610c36565b7f01ffc9a70000000000000000000000000000000000000000000000000000000091501482610c6d565b3461016f5760c060031936011261016f57610cb7610d4a565b6024359060443567ffffffffffffffff811161016f577f4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca92610cfe5f923690600401610d90565b94909160643594610d406084359660a43590610d1933611497565b610d2789828c8a8989611119565b998a97610d34848a6113d9565b60405196879687610ff6565b0390a38061074b57005b6004359073ffffffffffffffffffffffffffffffffffffffff8216820361016f57565b6024359073ffffffffffffffffffffffffffffffffffffffff8216820361016f57565b9181601f8401121561016f5782359167ffffffffffffffff831161016f576020838186019501011161016f57565b60a060031982011261016f5760043573ffffffffffffffffffffffffffffffffffffffff8116810361016f5791602435916044359067ffffffffffffffff821161016f57610e0e91600401610d90565b90916064359060843590565b90601f601f19910116810190811067ffffffffffffffff821117610e3d57604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b67ffffffffffffffff8111610e3d57601f01601f191660200190565b81601f8201121561016f57803590610e9d82610e6a565b92610eab6040519485610e1a565b8284526020838301011161016f57815f926020809301838601378301015290565b9181601f8401121561016f5782359167ffffffffffffffff831161016f576020808501948460051b01011161016f57565b60a060031982011261016f5760043567ffffffffffffffff811161016f5781610f2891600401610ecc565b9290929160243567ffffffffffffffff811161016f5781610f4b91600401610ecc565b929092916044359067ffffffffffffffff821161016f57610e0e91600401610ecc565b9080601f8301121561016f5781359167ffffffffffffffff8311610e3d578260051b9060405193610fa26020840186610e1a565b845260208085019282010192831161016f57602001905b828210610fc65750505090565b8135815260209182019101610fb9565b601f8260209493601f1993818652868601375f8582860101520116010190565b9290936110329273ffffffffffffffffffffffffffffffffffffffff60809699989799168552602085015260a0604085015260a0840191610fd6565b9460608201520152565b61106e949273ffffffffffffffffffffffffffffffffffffffff60609316825260208201528160408201520191610fd6565b90565b61107a906110e1565b60048110156108715760021490565b611092906110e1565b60048110156108715760031490565b6110aa906110e1565b600481101561087157151590565b6110c1906110e1565b600481101561087157600181149081156110d9575090565b600291501490565b5f52600160205260405f205480155f146110fa57505f90565b600181036111085750600390565b42101561111457600190565b600290565b9461115d6111769495929360405196879573ffffffffffffffffffffffffffffffffffffffff602088019a168a52604087015260a0606087015260c0860191610fd6565b91608084015260a083015203601f198101835282610e1a565b51902090565b919081101561118c5760051b0190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b3573ffffffffffffffffffffffffffffffffffffffff8116810361016f5790565b919081101561118c5760051b810135907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18136030182121561016f57019081359167ffffffffffffffff831161016f57602001823603811361016f579190565b9693949190969592956040519660208801988060c08a0160a08c525260e0890192905f905b80821061138c57505050601f198883030160408901528082527f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811161016f579087959394929160051b8092602083013701848103606086015260208101849052600584901b8101604090810194908201915f908890368290037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe101905b848410611327575050505050506111769450608084015260a083015203601f198101835282610e1a565b91939597909294969850601f19808383030101875289358381121561016f578401906020823592019167ffffffffffffffff811161016f57803603831361016f576113786020928392600195610fd6565b9b0197019401918a989699979593916112fd565b90919384359073ffffffffffffffffffffffffffffffffffffffff8216820361016f576020809173ffffffffffffffffffffffffffffffffffffffff60019416815201950192019061125f565b906113e3826110a1565b61146657600254808210611437575042019081421161140a575f52600160205260405f2055565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b907f54336609000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b507f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600160245260445ffd5b73ffffffffffffffffffffffffffffffffffffffff81165f9081527f3412d5605ac6cd444957cedb533e5dacad6378b4bc819ebe3652188a665066d5602052604090205460ff16156114e65750565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f52166004527fb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc160245260445ffd5b73ffffffffffffffffffffffffffffffffffffffff81165f9081527fdae2aa361dfd1ca020a396615627d436107c35eff9fe7738a3512819782d7069602052604090205460ff161561159b5750565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f52166004527fd8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e6360245260445ffd5b90815f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff82165f5260205260ff60405f2054161561163a575050565b73ffffffffffffffffffffffffffffffffffffffff907fe2517d3f000000000000000000000000000000000000000000000000000000005f521660045260245260445ffd5b61168881611071565b156116d95750801515806116c9575b61169e5750565b7f90a9a618000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b506116d381611089565b15611697565b7f5ead8eb5000000000000000000000000000000000000000000000000000000005f52600452600460245260445ffd5b611751935f93928493826040519384928337810185815203925af13d15611754573d9061173582610e6a565b916117436040519384610e1a565b82523d5f602084013e611914565b50565b606090611914565b61176581611071565b156116d9575f526001602052600160405f2055565b805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260ff60405f205416155f1461184657805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0082541617905573ffffffffffffffffffffffffffffffffffffffff339216907f2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d5f80a4600190565b50505f90565b805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260ff60405f2054165f1461184657805f525f60205260405f2073ffffffffffffffffffffffffffffffffffffffff83165f5260205260405f207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00815416905573ffffffffffffffffffffffffffffffffffffffff339216907ff6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b5f80a4600190565b909190611953575080511561192b57805190602001fd5b7fd6bda275000000000000000000000000000000000000000000000000000000005f5260045ffd5b56",
  "immutableReferences": {},
  "storageLayout": {
    "storage": [
      {
        "astId": 1107,
        "contract": "LucidTimelock.sol:LucidTimelock",
        "label": "_roles",
        "offset": 0,
        "slot": "0",
        "type": "t_mapping(t_bytes32,t_struct(RoleData)1102_storage)"
      },
      {
        "astId": 102,
        "contract": "LucidTimelock.sol:LucidTimelock",
        "label": "_timestamps",
        "offset": 0,
        "slot": "1",
        "type": "t_mapping(t_bytes32,t_uint256)"
      },
      {
        "astId": 104,
        "contract": "LucidTimelock.sol:LucidTimelock",
        "label": "_minDelay",
        "offset": 0,
        "slot": "2",
        "type": "t_uint256"
      }
    ],
    "types": {
      "t_address": {
        "encoding": "inplace",
        "label": "address",
        "numberOfBytes": "20"
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
      "t_mapping(t_address,t_bool)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => bool)",
        "numberOfBytes": "32",
        "value": "t_bool"
      },
      "t_mapping(t_bytes32,t_struct(RoleData)1102_storage)": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => struct AccessControl.RoleData)",
        "numberOfBytes": "32",
        "value": "t_struct(RoleData)1102_storage"
      },
      "t_mapping(t_bytes32,t_uint256)": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => uint256)",
        "numberOfBytes": "32",
        "value": "t_uint256"
      },
      "t_struct(RoleData)1102_storage": {
        "encoding": "inplace",
        "label": "struct AccessControl.RoleData",
        "members": [
          {
            "astId": 1099,
            "contract": "LucidTimelock.sol:LucidTimelock",
            "label": "hasRole",
            "offset": 0,
            "slot": "0",
            "type": "t_mapping(t_address,t_bool)"
          },
          {
            "astId": 1101,
            "contract": "LucidTimelock.sol:LucidTimelock",
            "label": "adminRole",
            "offset": 0,
            "slot": "1",
            "type": "t_bytes32"
          }
        ],
        "numberOfBytes": "64"
      },
      "t_uint256": {
        "encoding": "inplace",
        "label": "uint256",
        "numberOfBytes": "32"
      }
    }
  }
} as const;
