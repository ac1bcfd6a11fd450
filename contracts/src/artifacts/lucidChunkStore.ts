// Made by npm run contracts:build; do not edit.
export const lucidChunkStore = {
  "contractName": "LucidChunkStore",
  "compiler": "0.8.26+commit.8a97fa7a.Emscripten.clang",
  "abi": [
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "count",
          "type": "uint256"
        }
      ],
      "name": "BatchSize",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "count",
          "type": "uint32"
        }
      ],
      "name": "TreeFull",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "given",
          "type": "uint32"
        },
        {
          "internalType": "uint32",
          "name": "expected",
          "type": "uint32"
        }
      ],
      "name": "UnexpectedIndex",
      "type": "error"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "firstIndex",
          "type": "uint32"
        },
        {
          "indexed": false,
          "internalType": "bytes32[]",
          "name": "chunkRoots",
          "type": "bytes32[]"
        }
      ],
      "name": "ChunksAnchored",
      "type": "event"
    },
    {
      "inputs": [],
      "name": "MAX_ROOTS",
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
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "firstIndex",
          "type": "uint32"
        },
        {
          "internalType": "bytes32[]",
          "name": "chunkRoots",
          "type": "bytes32[]"
        }
      ],
      "name": "anchorChunks",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        }
      ],
      "name": "countOf",
      "outputs": [
        {
          "internalType": "uint32",
          "name": "count",
          "type": "uint32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        }
      ],
      "name": "rootOf",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "root",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    }
  ],
  "creationCode": "0x6080806040523460155761068b908161001a8239f35b5f80fdfe6080806040526004361015610012575f80fd5b5f3560e01c90816335af15a81461048757508063845a9c3d146100b7578063a371cc481461006d5763b7d225a614610048575f80fd5b3461006957602061006161005b366104bf565b9061058a565b604051908152f35b5f80fd5b346100695773ffffffffffffffffffffffffffffffffffffffff610090366104bf565b91165f525f60205260405f20905f52602052602063ffffffff60405f205416604051908152f35b346100695760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610069576004356024359063ffffffff8216809203610069576044359167ffffffffffffffff831161006957366023840112156100695782600401359167ffffffffffffffff8311610069578260051b3660248287010111610069578315801561047c575b61045057335f525f60205260405f20825f5260205260405f209463ffffffff86541692838503610420578363ffffffff0363ffffffff81116102655763ffffffff1686116103f4576040519261040084810167ffffffffffffffff8111868210176103c7576040523685375f95865b88881015610292575f805360248860051b8601013560015260205f60218160025afa15610069575f8051888a01808a11610265575b8c60018083161461021457505081600193929161020985938b61054c565b521b179701966101b6565b61024491939261023e918460018089831c16145f1461024d5761023891508c61054c565b51610664565b9161055d565b9160011c6101eb565b60016102599201610510565b90549060031b1c610664565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b90888a8787948a63ffffffff8516019163ffffffff8311610265575f5b6020811061035b575050509063ffffffff7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9392167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000008254161790556040519283526040602084015280604084015211610069578260247f9ca9e0efdf8518e0a0116aaf17c34970e3889a665d44064ec3756fa82881e7659301606083013760608133948101030190a3005b600190818063ffffffff87871616831c1614610378575b016102af565b610382818461054c565b5161038f82848901610510565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff829392549160031b92831b921b1916179055610372565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b837f117ebe1c000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b83857f0163d39f000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b837f3e06105a000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b506101008411610147565b34610069575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610069578061010060209252f35b7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc60409101126100695760043573ffffffffffffffffffffffffffffffffffffffff81168103610069579060243590565b602082101561051f5701905f90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b90602081101561051f5760051b0190565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff81146102655760010190565b919073ffffffffffffffffffffffffffffffffffffffff5f93165f525f60205260405f20905f5260205260405f2063ffffffff81541690811561063d579291905f815f925b6105db57505050909150565b600180821614610602575b946105f893949560011c93849361055d565b92909594936105cf565b906105f893946106158460018901610510565b90549060031b1c915f146106375761062c91610664565b9392506001906105e6565b5061062c565b507fe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855925050565b60415f9160209360405191600183536001830152602182015260025afa15610069575f519056",
  "runtimeCode": "0x6080806040526004361015610012575f80fd5b5f3560e01c90816335af15a81461048757508063845a9c3d146100b7578063a371cc481461006d5763b7d225a614610048575f80fd5b3461006957602061006161005b366104bf565b9061058a565b604051908152f35b5f80fd5b346100695773ffffffffffffffffffffffffffffffffffffffff610090366104bf565b91165f525f60205260405f20905f52602052602063ffffffff60405f205416604051908152f35b346100695760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610069576004356024359063ffffffff8216809203610069576044359167ffffffffffffffff831161006957366023840112156100695782600401359167ffffffffffffffff8311610069578260051b3660248287010111610069578315801561047c575b61045057335f525f60205260405f20825f5260205260405f209463ffffffff86541692838503610420578363ffffffff0363ffffffff81116102655763ffffffff1686116103f4576040519261040084810167ffffffffffffffff8111868210176103c7576040523685375f95865b88881015610292575f805360248860051b8601013560015260205f60218160025afa15610069575f8051888a01808a11610265575b8c60018083161461021457505081600193929161020985938b61054c565b521b179701966101b6565b61024491939261023e918460018089831c16145f1461024d5761023891508c61054c565b51610664565b9161055d565b9160011c6101eb565b60016102599201610510565b90549060031b1c610664565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b90888a8787948a63ffffffff8516019163ffffffff8311610265575f5b6020811061035b575050509063ffffffff7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9392167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000008254161790556040519283526040602084015280604084015211610069578260247f9ca9e0efdf8518e0a0116aaf17c34970e3889a665d44064ec3756fa82881e7659301606083013760608133948101030190a3005b600190818063ffffffff87871616831c1614610378575b016102af565b610382818461054c565b5161038f82848901610510565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff829392549160031b92831b921b1916179055610372565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b837f117ebe1c000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b83857f0163d39f000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b837f3e06105a000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b506101008411610147565b34610069575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610069578061010060209252f35b7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc60409101126100695760043573ffffffffffffffffffffffffffffffffffffffff81168103610069579060243590565b602082101561051f5701905f90565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b90602081101561051f5760051b0190565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff81146102655760010190565b919073ffffffffffffffffffffffffffffffffffffffff5f93165f525f60205260405f20905f5260205260405f2063ffffffff81541690811561063d579291905f815f925b6105db57505050909150565b600180821614610602575b946105f893949560011c93849361055d565b92909594936105cf565b906105f893946106158460018901610510565b90549060031b1c915f146106375761062c91610664565b9392506001906105e6565b5061062c565b507fe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855925050565b60415f9160209360405191600183536001830152602182015260025afa15610069575f519056",
  "immutableReferences": {},
  "storageLayout": {
    "storage": [
      {
        "astId": 26,
        "contract": "LucidChunkStore.sol:LucidChunkStore",
        "label": "_trees",
        "offset": 0,
        "slot": "0",
        "type": "t_mapping(t_address,t_mapping(t_bytes32,t_struct(Tree)15_storage))"
      }
    ],
    "types": {
      "t_address": {
        "encoding": "inplace",
        "label": "address",
        "numberOfBytes": "20"
      },
      "t_array(t_bytes32)32_storage": {
        "base": "t_bytes32",
        "encoding": "inplace",
        "label": "bytes32[32]",
        "numberOfBytes": "1024"
      },
      "t_bytes32": {
        "encoding": "inplace",
        "label": "bytes32",
        "numberOfBytes": "32"
      },
      "t_mapping(t_address,t_mapping(t_bytes32,t_struct(Tree)15_storage))": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => mapping(bytes32 => struct LucidChunkStore.Tree))",
        "numberOfBytes": "32",
        "value": "t_mapping(t_bytes32,t_struct(Tree)15_storage)"
      },
      "t_mapping(t_bytes32,t_struct(Tree)15_storage)": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => struct LucidChunkStore.Tree)",
        "numberOfBytes": "32",
        "value": "t_struct(Tree)15_storage"
      },
      "t_struct(Tree)15_storage": {
        "encoding": "inplace",
        "label": "struct LucidChunkStore.Tree",
        "members": [
          {
            "astId": 10,
            "contract": "LucidChunkStore.sol:LucidChunkStore",
            "label": "count",
            "offset": 0,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 14,
            "contract": "LucidChunkStore.sol:LucidChunkStore",
            "label": "frontier",
            "offset": 0,
            "slot": "1",
            "type": "t_array(t_bytes32)32_storage"
          }
        ],
        "numberOfBytes": "1056"
      },
      "t_uint32": {
        "encoding": "inplace",
        "label": "uint32",
        "numberOfBytes": "4"
      }
    }
  }
} as const;
